import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeModel } from './description.ts';
import { emitModule, idTree, moduleFiles } from './module.ts';
import { sampleArtifact } from './testing.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ncnn-module-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function load(file: string): Promise<Record<string, unknown> & { readonly default: Record<string, unknown> }> {
  return await import(/* @vite-ignore */ pathToFileURL(path.join(folder, file)).href);
}

/** Writes the files of the stand-alone form and imports the module like Node. */
async function loadFiles(artifact = sampleArtifact('net')): ReturnType<typeof load> {
  for (const file of moduleFiles(artifact)) writeFileSync(path.join(folder, file.name), Buffer.concat([...file.chunks()]));
  return await load(`${artifact.stem}.mjs`);
}

function inlineModule(artifact = sampleArtifact('net')): string {
  const bytes = Buffer.concat([...artifact.bin()]);
  return emitModule({ description: describeModel(artifact), paramBin: artifact.paramBin, weights: { kind: 'inline', bytes } });
}

it('exports what the API documents', async () => {
  const { default: model, ...named } = await loadFiles();
  expect(named).toMatchObject({
    LAYER_x: 0,
    LAYER_conv1: 1,
    BLOB_data: 0,
    BLOB_out: 1,
    LayerId: { x: 0, conv1: 1 },
    BlobId: { data: 0, out: 1 },
  });
  expect(named.inputs).toEqual({
    x: { name: 'x', blob: 'data', blobId: 0, dtype: 'float32', shape: [1, 3, 2, 'n'], ncnnShape: [3, 2, 'n'], feed: 'float32' },
    sr: { name: 'sr', blob: null, blobId: null, dtype: 'int64', shape: [], ncnnShape: [], feed: 'float32' },
  });
  expect(named.outputs).toMatchObject({ out: { shape: [4, 3], ncnnShape: [3], batch: 4 } });
  expect(model).toMatchObject({ name: 'net', binLength: 7, layers: named.LayerId, blobs: named.BlobId, minNcnnVersion: '20240820' });
  expect(model.param).toEqual(sampleArtifact('net').paramBin);
});

it('loads the weights from the file beside it, whatever its name', () => {
  for (const file of moduleFiles(sampleArtifact('50% näh #1')))
    writeFileSync(path.join(folder, file.name), Buffer.concat([...file.chunks()]));
  const use = "import net from './50%25%20näh%20%231.mjs'; console.log(net.binUrl, String(await net.loadBin()))";
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', use], { cwd: folder, encoding: 'utf8' });
  expect(printed).toMatch(/^file:.*50%25%20n%C3%A4h%20%231\.bin 1,2,3,4,5,6,255\n$/);
});

it('rejects weights of another length', async () => {
  const { loadBin } = await loadFiles();
  writeFileSync(path.join(folder, 'net.bin'), 'abc');
  await expect(typeof loadBin === 'function' ? loadBin() : undefined).rejects.toThrow('are 3 bytes long instead of 7');
  rmSync(path.join(folder, 'net.bin'));
  await expect(typeof loadBin === 'function' ? loadBin() : undefined).rejects.toThrow(
    /cannot be read: Error: ENOENT.*Deploy the .bin file/,
  );
});

it('embeds the weights on request', async () => {
  writeFileSync(path.join(folder, 'inline.mjs'), inlineModule());
  const { default: model, loadBin } = await load('inline.mjs');
  expect(model).not.toHaveProperty('binUrl');
  const first = await (typeof loadBin === 'function' ? loadBin() : undefined);
  expect(first).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6, 255));
  expect(await (typeof loadBin === 'function' ? loadBin() : undefined)).not.toBe(first);
});

it('supports names that look like code', async () => {
  const artifact = sampleArtifact('*/ throw 1 /*\u2028', '</script>"\n', '__proto__');
  writeFileSync(path.join(folder, 'names.mjs'), inlineModule(artifact));
  expect(inlineModule(artifact)).not.toMatch(/<\/script|\u2028/);
  const { default: model, BlobId, outputs } = await load('names.mjs');
  expect(model.name).toBe('*/ throw 1 /*\u2028');
  expect(model.layers).toEqual({ x: 0, '</script>"\n': 1 });
  expect(Object.entries(BlobId ?? {})).toEqual([
    ['data', 0],
    ['__proto__', 1],
  ]);
  expect(Object.keys(outputs ?? {})).toEqual(['__proto__']);
});

it('starts without eval, the network or this package', () => {
  const source = inlineModule();
  expect(source).not.toMatch(/\beval\b|\bFunction\b|["'`]data:|\bimport\b/);
});

it('exports the ids as a tree', () => {
  const tree = idTree(describeModel(sampleArtifact('net', '__proto__', 'a.b')));
  expect(tree.BLOB_a_b).toBe(1);
  expect(Object.hasOwn(Object(tree.LayerId), '__proto__')).toBe(true);
  expect(tree.default).toEqual({ layers: tree.LayerId, blobs: { data: 0, 'a.b': 1 } });
});
