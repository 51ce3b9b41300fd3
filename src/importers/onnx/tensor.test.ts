import { describe, expect, it } from 'vitest';
import { decodeMessage } from '../../bytes/protobuf/message.ts';
import { ncnnError } from '../../diagnostics/diagnostic.ts';
import type { Tensor } from '../../graph/ir/tensor.ts';
import { tensorProto } from './schema.ts';
import { SideFiles } from './sideFiles.ts';
import { decodeTensor } from './tensor.ts';
import {
  encodedBytes,
  encodedInteger,
  encodedMessage,
  encodedText,
  encodeModel,
  packedIntegers,
  rawFloats,
  refusals,
  source,
  tensorFields,
  type Wire,
} from './testing.ts';

function tensor(dataType: number, dims: readonly number[], data: readonly Wire[], side?: SideFiles): Tensor | undefined {
  const file = encodeModel(...tensorFields('w', dataType, dims, ...data));
  return decodeTensor(decodeMessage(tensorProto, file), side ?? new SideFiles(source(file)));
}

function elements(dataType: number, count: number, ...data: readonly Wire[]): unknown {
  return [...(tensor(dataType, [count], data)?.values() ?? [])];
}

const raw = (...values: readonly number[]): Wire => encodedBytes(9, Uint8Array.from(values));
const int32Data = (...values: readonly number[]): Wire => packedIntegers(5, values);

describe('elements', () => {
  it.each([
    ['float', 1, rawFloats(1.5, -2), [1.5, -2]],
    ['float_data', 1, encodedBytes(4, new Uint8Array(Float32Array.of(1.5, -2).buffer)), [1.5, -2]],
    ['double_data', 11, encodedBytes(10, new Uint8Array(Float64Array.of(0.1, 3).buffer)), [0.1, 3]],
    ['uint8', 2, int32Data(1, 255), [1, 255]],
    ['int8', 3, int32Data(-1, 127), [-1, 127]],
    ['uint16', 4, int32Data(1, 65535), [1, 65535]],
    ['int16', 5, int32Data(-2, 300), [-2, 300]],
    ['int32', 6, int32Data(-3, 70000), [-3, 70000]],
    ['int64', 7, packedIntegers(7, [-4, 2 ** 40]), [-4n, 2n ** 40n]],
    ['bool', 9, int32Data(1, 0), [1, 0]],
    ['float16', 10, int32Data(0x3c00, 0xc000), [1, -2]],
    ['bfloat16', 16, int32Data(0x3f80, 0xc000), [1, -2]],
    ['uint32', 12, packedIntegers(11, [1, 4294967295]), [1, 4294967295]],
    ['uint64', 13, packedIntegers(11, [1, 2 ** 50]), [1n, 2n ** 50n]],
    ['int64 raw', 7, raw(1, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255), [1n, -1n]],
    ['float8e4m3fn', 17, raw(0x38, 0xc1), [1, -2.25]],
    ['float8e4m3fn largest', 17, raw(0x7e, 0x01), [448, 2 ** -9]],
    ['float8e4m3fnuz', 18, raw(0x40, 0x80), [1, Number.NaN]],
    ['float8e5m2', 19, raw(0x3c, 0xfc), [1, Number.NEGATIVE_INFINITY]],
    ['float8e5m2fnuz', 20, int32Data(0x40, 0xc0), [1, -1]],
    ['uint4', 21, raw(0x2f), [15, 2]],
    ['int4', 22, raw(0x7f), [-1, 7]],
    ['int4 in int32_data', 22, int32Data(0x18), [-8, 1]],
    ['float4e2m1', 23, raw(0xf2), [1, -6]],
    ['uint2', 25, raw(0b1110), [2, 3]],
    ['int2', 26, raw(0b0110), [-2, 1]],
    ['float6e2m3', 27, raw(0b11_001000, 0b1111), [1, -7.5]],
    ['float6e2m3 in int32_data', 27, int32Data(0b001000, 0b111111), [1, -7.5]],
    ['float6e3m2', 28, raw(0b00_001100, 0b1100), [1, -2]],
  ] as const)('have type %s', (_name, dataType, data, expected) => {
    expect(elements(dataType, 2, data)).toEqual([...expected]);
  });

  it('may be strings', () => {
    expect(elements(8, 2, encodedText(6, 'a'), encodedText(6, 'ß'))).toEqual(['a', 'ß']);
  });

  it('do not exist if an axis is empty', () => {
    expect(elements(1, 0)).toEqual([]);
  });

  it('are views of the file', () => {
    const file = encodeModel(...tensorFields('w', 1, [2], rawFloats(1, 2)));
    expect(decodeTensor(decodeMessage(tensorProto, file), new SideFiles(source(file)))?.bytes().buffer).toBe(file.buffer);
  });
});

describe('errors', () => {
  it('name the tensor and both sizes', () => {
    expect(refusals(() => tensor(1, [2, 2], [rawFloats(1, 2, 3)]))).toEqual([
      'file-malformed: the tensor "w" (float [2,2]) should take 16 bytes, but has 12',
    ]);
    expect(refusals(() => tensor(8, [2], [encodedText(6, 'a')]))).toEqual([
      'file-malformed: the tensor "w" [2] should have 2 strings, but has 1',
    ]);
  });

  it('name unsupported types', () => {
    expect(refusals(() => tensor(14, [1], [raw(0, 0, 0, 0, 0, 0, 0, 0)]))).toEqual([
      'type-unsupported: the tensor "w" has the unsupported element type complex64',
    ]);
    expect(refusals(() => tensor(99, [1], []))).toEqual(['type-unsupported: the tensor "w" has the unsupported element type data type 99']);
  });

  it('name invalid shapes', () => {
    expect(refusals(() => tensor(1, [-1], []))).toEqual(['file-malformed: the tensor "w" has the invalid shape [-1]']);
  });

  it('name damaged numbers', () => {
    expect(refusals(() => tensor(7, [1], [encodedBytes(7, Uint8Array.of(0x80))]))).toEqual([
      'file-malformed: the elements of the tensor "w" cannot be read: a packed number is cut off',
    ]);
  });
});

describe('external data', () => {
  const outside = (entries: Readonly<Record<string, string>>): readonly Wire[] => [
    encodedInteger(14, 1),
    ...Object.entries(entries).map(([key, value]) => encodedMessage(13, encodedText(1, key), encodedText(2, value))),
  ];
  const file = new Uint8Array(Float32Array.of(1, 2, 3).buffer);
  const files = (): SideFiles =>
    new SideFiles(
      source(new Uint8Array(), (name) => {
        if (name !== 'w.data') throw ncnnError('file-missing', 'the file does not exist', 'Check the path.', { file: name });
        return file;
      }),
    );

  it('is a view from an offset', () => {
    const found = tensor(1, [2], outside({ location: 'w.data', offset: '4', length: '8', checksum: 'ignored' }), files());
    expect([found?.bytes().buffer === file.buffer, [...(found?.values() ?? [])]]).toEqual([true, [2, 3]]);
  });

  it('goes to the end of the file without a length', () => {
    expect([...(tensor(1, [3], outside({ location: 'w.data' }), files())?.values() ?? [])]).toEqual([1, 2, 3]);
  });

  it('names every tensor of a missing file', () => {
    const side = files();
    tensor(1, [2], outside({ location: 'lost.data' }), side);
    tensor(1, [2], outside({ location: 'lost.data', offset: '8' }), side);
    expect(side.diagnostics()).toMatchObject([
      {
        code: 'file-missing',
        message: 'the side file "lost.data" contains the tensors "w", "w", but the file does not exist',
        place: { file: 'net.onnx' },
      },
    ]);
  });

  it('names a side file that is too short', () => {
    const side = files();
    tensor(1, [2], outside({ location: 'w.data', offset: '8', length: '8' }), side);
    expect(side.diagnostics()).toMatchObject([
      { code: 'file-truncated', message: expect.stringContaining('"w.data", but the file has 12 bytes') },
    ]);
  });
});
