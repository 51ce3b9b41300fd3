import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

it('shows the time of each layer with --bench', async () => {
  await runCommandLine('report', at('net.param'), '-o', at('plain.html'));
  expect(readFileSync(at('plain.html'), 'utf8')).not.toContain('Time by layer');
  const { code } = await runCommandLine('report', at('net.param'), '-o', at('timed.html'), '--bench', '3', '--interpreter');
  expect(code).toBe(0);
  const page = readFileSync(at('timed.html'), 'utf8');
  expect(page).toMatch(/One run takes [\d.]+ ms in the interpreter, the median of 3\./);
  expect(page).toMatch(/<td>ReLU<\/td><td><\/td><td class="number">[\d.]+ ms<\/td>/);
});

it('rejects a --bench that is not a number of runs', async () => {
  expect((await runCommandLine('report', at('net.param'), '--bench', '0')).code).toBe(2);
});
