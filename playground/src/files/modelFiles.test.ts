import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { NcnnError } from '../../../src/diagnostics/diagnostic.ts';
import { sourceOfFiles } from '../../../src/importers/testing.ts';
import { inspectSource } from '../../../src/pipeline/inspectSource.ts';
import { missingFileOf, missingFiles, modelsAmong, usualPartner } from './modelFiles.ts';

it.each([
  [['net.onnx', 'net.onnx.data', 'README.md'], ['net.onnx']],
  [['a/net.param', 'a/net.bin'], ['a/net.param']],
  [['net.caffemodel', 'deploy.prototxt'], ['deploy.prototxt']],
  [['net.caffemodel'], ['net.caffemodel']],
  [['net-0010.params', 'net-symbol.json'], ['net-symbol.json']],
  [
    ['b/two.pt2', 'one.pt', '.git/x'],
    ['one.pt', 'b/two.pt2'],
  ],
  [['picture.png', '.DS_Store'], ['picture.png']],
])('from %j opens %j', (names, models) => {
  expect(modelsAmong(names)).toEqual(models);
});

it.each([
  ['deploy.prototxt', 'deploy.caffemodel'],
  ['net-symbol.json', 'net-0000.params'],
  ['net-0012.params', 'net-symbol.json'],
  ['Net.PARAM', 'Net.bin'],
  ['net.onnx', undefined],
])('for %s expects %s', (model, partner) => {
  expect(usualPartner(model)).toBe(partner);
});

it('finds the missing file in the diagnostics of importers', async () => {
  const source = sourceOfFiles({ 'net.param': '7767517\n2 2\nInput x 0 1 x 0=2\nInnerProduct fc 1 1 x y 0=2 1=0 2=4\n' });
  const error: unknown = await inspectSource(source).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(NcnnError);
  expect(missingFiles((error as NcnnError).diagnostics, 'net.param')).toEqual(['net.bin']);
});

it('finds the side files that an ONNX model names', async () => {
  const bytes = readFileSync(new URL('../../../test/fixtures/onnx/external.onnx', import.meta.url));
  const error: unknown = await inspectSource(sourceOfFiles({ 'external.onnx': bytes })).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(NcnnError);
  expect(missingFiles((error as NcnnError).diagnostics, 'external.onnx')).toEqual(['external.onnx.data']);
});

it('matches a given file with a missing one by name, or by a unique extension', () => {
  expect(missingFileOf('folder/a.data', ['a.data', 'b.data'])).toBe('a.data');
  expect(missingFileOf('weights.caffemodel', ['deploy.caffemodel'])).toBe('deploy.caffemodel');
  expect(missingFileOf('c.data', ['a.data', 'b.data'])).toBeUndefined();
  expect(missingFileOf('other.onnx', ['deploy.caffemodel'])).toBeUndefined();
});
