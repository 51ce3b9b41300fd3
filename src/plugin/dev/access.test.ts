import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModelAccess } from './access.ts';

let root = '';
let outside = '';
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'ncnn-access-'));
  outside = mkdtempSync(path.join(tmpdir(), 'ncnn-outside-'));
  mkdirSync(path.join(root, 'src'));
  for (const file of [path.join(root, 'src/net.onnx'), path.join(root, '.env'), path.join(outside, 'secret.onnx')]) writeFileSync(file, '');
  symlinkSync(outside, path.join(root, 'link'));
});
afterAll(() => {
  for (const folder of [root, outside]) rmSync(folder, { recursive: true, force: true });
});

const access = (strict = true) =>
  createModelAccess(
    () => root,
    () => ({ strict, allow: [root], deny: ['.env', '.env.*', '*.{crt,pem}', '**/.git/**'] }),
  );
const allows = (file: string, strict?: boolean): boolean => access(strict).allows(`${file}?ncnn`, [file]);

describe('a model that no source imports', () => {
  it('is served from the folders that Vite serves', () => {
    expect(allows(path.join(root, 'src/net.onnx'))).toBe(true);
    expect(allows(path.join(root, 'src/missing.onnx'))).toBe(true);
  });

  it.each([
    ['another folder', () => path.join(outside, 'secret.onnx')],
    ['another folder, without the file', () => path.join(outside, 'none.onnx')],
    ['a folder with the same prefix', () => `${root}-other/net.onnx`],
    ['a path that leads out', () => `${root}/src/../../${path.basename(outside)}/secret.onnx`],
    ['a link that leads out', () => path.join(root, 'link/secret.onnx')],
    ['a file that is denied', () => path.join(root, '.env')],
    ['a file that is denied, in another letter case', () => path.join(root, '.ENV.local')],
    ['a folder that is denied', () => path.join(root, '.git/objects/net.onnx')],
    ['the folder itself', () => root],
  ])('is not served from %s', (_what, file) => {
    expect(allows(file())).toBe(false);
  });

  it('is not served if one of its files may not be served', () => {
    const model = path.join(root, 'src/net.onnx');
    expect(access().allows(`${model}?ncnn`, [model, path.join(root, '.env')])).toBe(false);
  });

  it('is served from anywhere if Vite does not check', () => {
    expect(allows(path.join(outside, 'secret.onnx'), false)).toBe(true);
  });
});

it('allows only the imported variation, under the ids of a server', () => {
  const file = path.join(outside, 'secret.onnx');
  const models = access();
  models.addImport(`${file}?shape=x:1,3&ncnn`);
  for (const query of ['shape=x:1,3&ncnn', 'import&shape=x:1,3&ncnn', 'shape=x%3A1%2C3&ncnn', 't=17&shape=x:1,3&ncnn']) {
    expect(models.allows(`${file}?${query}`, [file])).toBe(true);
  }
  for (const query of ['ncnn', 'shape=x:1,4&ncnn', 'shape=x:1,3&ncnn&inline'])
    expect(models.allows(`${file}?${query}`, [file])).toBe(false);
});
