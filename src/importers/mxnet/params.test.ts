import { expect, it } from 'vitest';
import { NcnnError } from '../../diagnostics/diagnostic.ts';
import { readParams } from './params.ts';
import { type Header, paramsFile } from './testing.ts';

const read = (bytes: Uint8Array): ReturnType<typeof readParams> => readParams(bytes, 'net.params');
const faultOf = (bytes: Uint8Array): string => {
  try {
    read(bytes);
  } catch (error) {
    if (error instanceof NcnnError) return error.diagnostics.map(({ code, message }) => `${code}: ${message}`).join();
    throw error;
  }
  return '';
};
const file = (header?: Header): Uint8Array =>
  paramsFile({ 'arg:w': { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] }, 'aux:m': { shape: [2], values: [7, 8] } }, header);

it.each(['legacy', 'v1', 'v2', 'v3'] as const)('reads arrays with the header %s', (header) => {
  const arrays = read(file(header));
  expect([...arrays.keys()]).toEqual(['w', 'm']);
  expect(arrays.get('w')?.shape).toEqual([2, 3]);
  expect([...(arrays.get('w')?.toFloat32() ?? [])]).toEqual([1, 2, 3, 4, 5, 6]);
  expect([...(arrays.get('m')?.toFloat32() ?? [])]).toEqual([7, 8]);
});

it.each(['float32', 'float64', 'float16', 'uint8', 'int32', 'int8', 'int64'] as const)('reads %s', (dtype) => {
  const array = read(paramsFile({ w: { dtype, shape: [3], values: [1, 2, 100] } })).get('w');
  expect([array?.dtype, ...(array?.toFloat32() ?? [])]).toEqual([dtype, 1, 2, 100]);
});

it('returns views of the file', () => {
  const bytes = file();
  expect(read(bytes).get('w')?.bytes().buffer).toBe(bytes.buffer);
});

it('names sparse storage', () => {
  const bytes = file();
  bytes[28] = 1;
  expect(faultOf(bytes)).toBe('type-unsupported: array 1 of 2 is stored as row_sparse');
});

it('names the array at which a file ends', () => {
  expect(faultOf(file().subarray(0, 80))).toMatch(/^file-truncated: .*array 1 of 2/);
  expect(faultOf(file().subarray(0, 110))).toMatch(/^file-truncated: .*array 2 of 2/);
});

it('rejects a truncated file wherever it ends', () => {
  const bytes = file();
  for (let length = 0; length < bytes.length; length++) expect(faultOf(bytes.subarray(0, length))).toMatch(/^file-(truncated|malformed)/);
});

it('allocates nothing for sizes that the file cannot hold', () => {
  const count = file();
  count.fill(0xff, 16, 22);
  expect(faultOf(count)).toMatch(/^file-truncated: .*the number of arrays/);
  const size = file();
  size.fill(0x7f, 36, 41);
  expect(faultOf(size)).toMatch(/^file-truncated/);
  const rank = file();
  rank.fill(0xff, 32, 36);
  expect(faultOf(rank)).toMatch(/^file-malformed: .*axes/);
});

it('rejects other files', () => {
  expect(faultOf(new TextEncoder().encode('this is no list of arrays at all'))).toMatch(/^file-malformed/);
});
