import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeModel } from '../../emit/description.ts';
import { sampleArtifact } from '../../emit/testing.ts';
import type { ConvertedModel } from '../../project/conversion/convertedModel.ts';
import { reportData } from '../../report/data.ts';
import { createPageWriter } from './reportPages.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pages-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function model(layer = 'conv1'): ConvertedModel {
  const artifact = sampleArtifact('net', layer);
  const history = { changed: new Map(), removed: new Map() };
  const trace = { about: '', nodes: new Map(), operators: new Map(), before: artifact.model.net, history };
  const { format, lostBlobs, passes, paramBin } = artifact;
  const reportJson = JSON.stringify(reportData({ artifact, diagnostics: [], trace }));
  const bytes = { param: '', paramBin, bin: new Uint8Array(0) };
  return { description: describeModel(artifact), format, lostBlobs, passes, ...bytes, diagnostics: [], files: [], reportJson };
}

it('writes a page for each model and keeps pages that are up to date', async () => {
  const write = createPageWriter(path.join(folder, 'reports'));
  await write(model(), 'a');
  const file = path.join(folder, 'reports/net.html');
  expect(readFileSync(file, 'utf8')).toContain('conv1');
  const before = statSync(file).mtimeMs;
  await write(model(), 'a');
  expect(statSync(file).mtimeMs).toBe(before);
  await write(model('conv2'), 'a');
  expect(readFileSync(file, 'utf8')).toContain('conv2');
});

it('gives models of the same name unique pages', async () => {
  const write = createPageWriter(folder);
  await write(model(), 'a');
  await write(model('other'), 'b');
  expect(readdirSync(folder).sort()).toEqual(['net-0123456789abcdef.html', 'net.html']);
});
