import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type HostResolve, resolveModel } from './resolveModel.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'ncnn-resolve-'));
  for (const name of ['net.onnx', 'node_modules/nets/inner/net.onnx', 'net.prototxt']) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), '');
  }
  writeFileSync(path.join(root, 'node_modules/nets/package.json'), '{ "name": "nets", "exports": {} }');
});
afterEach(() => rmSync(root, { recursive: true }));

const resolve = (specifier: string, host?: HostResolve): Promise<string | undefined> =>
  resolveModel(`${specifier}?ncnn`, path.join(root, 'src/main.js'), root, host);
const reject: HostResolve = async (specifier) => {
  throw new Error(`Missing "${specifier}" specifier`);
};

it.each<[string, HostResolve | undefined]>([
  ['the bundler has no resolver', undefined],
  ['the bundler finds nothing', async () => undefined],
  ['the bundler rejects it', reject],
])('finds a file that a package does not export if %s', async (_, host) => {
  expect(await resolve('nets/inner/net.onnx', host)).toBe(path.join(root, 'node_modules/nets/inner/net.onnx?ncnn'));
});

it.each([
  ['a hash sign', '../C#/net.onnx', 'C#/net.onnx'],
  ['an escaped hash sign', '../C%23/net.onnx', 'C#/net.onnx'],
  ['a percent sign without an escape', '../100%/net.onnx', '100%/net.onnx'],
  ['an escape that is the name itself', '../a%23/net.onnx', 'a%23/net.onnx'],
  ['a question mark', '../what?/net.onnx', 'what?/net.onnx'],
])('finds a file beside the importer whose path has %s', async (_, specifier, file) => {
  mkdirSync(path.dirname(path.join(root, file)));
  writeFileSync(path.join(root, file), '');
  expect(await resolve(specifier, reject)).toBe(path.join(root, `${file}?ncnn`));
});

it('names a file beside the importer by the link in the import', async () => {
  symlinkSync('net.onnx', path.join(root, 'latest.onnx'));
  expect(await resolve('../latest.onnx', async () => path.join(root, 'net.onnx'))).toBe(path.join(root, 'latest.onnx?ncnn'));
});

it('removes the query from what the bundler resolves', async () => {
  expect(await resolve('@/net.onnx', async () => path.join(root, 'net.onnx?v=1'))).toBe(path.join(root, 'net.onnx?ncnn'));
});

it('asks the bundler first about bare names', async () => {
  expect(await resolve('@/net.onnx', async (specifier) => specifier.replace('@', root))).toBe(path.join(root, 'net.onnx?ncnn'));
});

it('resolves a relative path even without a file', async () => {
  expect(await resolve('../gone.onnx', reject)).toBe(path.join(root, 'gone.onnx?ncnn'));
});

it('resolves a path of the project even without a file, as aliases produce it', async () => {
  expect(await resolve(path.join(root, 'gone.onnx'), reject)).toBe(path.join(root, 'gone.onnx?ncnn'));
  expect(await resolve('/gone.onnx', async () => undefined)).toBeUndefined();
});

it('resolves the first of two files joined by a plus', async () => {
  expect(await resolve('../net.prototxt+../b.caffemodel', reject)).toBe(path.join(root, 'net.prototxt+../b.caffemodel?ncnn'));
});

it('leaves paths without a file to the bundler and reports its rejections', async () => {
  expect(await resolve('nets/gone.onnx', async () => undefined)).toBeUndefined();
  await expect(resolve('nets/gone.onnx', reject)).rejects.toMatchObject({
    diagnostics: [{ code: 'file-missing', message: expect.stringContaining('Missing "nets/gone.onnx" specifier') }],
  });
});
