import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runCommandLine } from '../testing.ts';

let folder = '';
const at = (name: string): string => path.join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ncnn-report-'));
  writeFileSync(at('net.param'), '7767517\n2 2\nInput x 0 1 x 0=4\nReLU y 1 1 x y\n');
  mkdirSync(at('v1.2'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it.each([
  ['a file', 'page.html', 'page.html'],
  ['a folder that exists', 'v1.2', 'v1.2/net.report.html'],
  ['a new folder', 'new/pages/', 'new/pages/net.report.html'],
  ['a name without an extension', 'pages', 'pages/net.report.html'],
])('writes the page to %s', async (_, out, file) => {
  const { code, logged } = await runCommandLine('report', at('net.param'), '-o', at(out));
  expect({ code, logged }).toMatchObject({ code: 0, logged: expect.stringContaining('.html') });
  expect(existsSync(at(file)), readdirSync(folder, { recursive: true }).join()).toBe(true);
});
