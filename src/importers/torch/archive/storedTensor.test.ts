import { expect, it } from 'vitest';
import { bytesInMemory } from '../../../bytes/byteSource.ts';
import type { ScalarType } from './scalarType.ts';
import { emptyStorage, StoredTensor, type TensorLayout, type TensorStorage } from './storedTensor.ts';

const floats = Uint8Array.from(new Uint8Array(Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7).buffer));
const storage: TensorStorage = { key: '0', source: () => bytesInMemory(floats) };

function stored(layout: Partial<TensorLayout>, of: TensorStorage = storage): StoredTensor {
  return new StoredTensor({ type: 'float32', shape: [2, 3], strides: [3, 1], offset: 0, ...layout }, of, { file: 'net.pt' });
}

it('is a view if elements are in row-major order', () => {
  const { bytes, values } = { bytes: stored({ offset: 2 }).tensor().bytes(), values: stored({ offset: 2 }).tensor().values() };
  expect(bytes.buffer).toBe(floats.buffer);
  expect([...values]).toEqual([2, 3, 4, 5, 6, 7]);
  expect(
    stored({ shape: [1, 3], strides: [99, 1] })
      .tensor()
      .bytes().buffer,
  ).toBe(floats.buffer);
});

it('copies other layouts once', () => {
  const transposed = stored({ shape: [3, 2], strides: [1, 3], offset: 1 });
  expect([...transposed.tensor().values()]).toEqual([1, 4, 2, 5, 3, 6]);
  expect(transposed.tensor()).toBe(transposed.tensor());
  expect([
    ...stored({ strides: [0, 2] })
      .tensor()
      .values(),
  ]).toEqual([0, 2, 4, 0, 2, 4]);
});

it.each<[ScalarType, Uint8Array, readonly unknown[]]>([
  ['float64', new Uint8Array(Float64Array.of(0.5, 1e300, -1, 2).buffer), [0.5, -1, 1e300, 2]],
  ['int64', new Uint8Array(BigInt64Array.of(1n, 2n ** 62n, -1n, 4n).buffer), [1n, -1n, 2n ** 62n, 4n]],
  ['float16', new Uint8Array(Uint16Array.of(0x3c00, 0xc000, 0x7c00, 0).buffer), [1, Number.POSITIVE_INFINITY, -2, 0]],
  ['bfloat16', new Uint8Array(Uint16Array.of(0x3f80, 0xc000, 0, 0x4040).buffer), [1, 0, -2, 3]],
  ['bool', Uint8Array.of(1, 0, 0, 1), [1, 0, 0, 1]],
])('reads %s by strides', (type, bytes, expected) => {
  const tensor = stored({ type, shape: [2, 2], strides: [1, 2] }, { key: '1', source: () => bytesInMemory(bytes) }).tensor();
  expect([...tensor.values()]).toEqual(expected);
});

it('reads unaligned elements', () => {
  const bytes = new Uint8Array(9);
  bytes.set(new Uint8Array(Float32Array.of(7, 8).buffer), 1);
  const shifted: TensorStorage = { key: '1', source: () => bytesInMemory(bytes.subarray(1)) };
  expect([
    ...stored({ shape: [2, 1], strides: [1, 1] }, shifted)
      .tensor()
      .values(),
  ]).toEqual([7, 8]);
  expect([
    ...stored({ shape: [2], strides: [0] }, shifted)
      .tensor()
      .values(),
  ]).toEqual([7, 7]);
});

it('adds a last axis for the parts of complex numbers', () => {
  const complex = stored({ type: 'complex64', shape: [2, 2], strides: [1, 2] });
  expect(complex.isComplex).toBe(true);
  expect(complex.tensor().shape).toEqual([2, 2, 2]);
  expect([...complex.tensor().values()]).toEqual([0, 1, 4, 5, 2, 3, 6, 7]);
});

it('reads scalars', () => {
  expect([...stored({ shape: [], strides: [], offset: 3 }).tensor().values()]).toEqual([3]);
});

it('reads empty tensors', () => {
  expect(stored({ shape: [0, 3] }, emptyStorage('1')).tensor().size).toBe(0);
});

it('rejects elements outside of the storage', () => {
  expect(() => stored({ offset: 3 }).tensor()).toThrow('a tensor float32 [2,3] reaches to element 8 of a storage of 32 bytes');
  expect(() => stored({ strides: [3, -1] }).tensor()).toThrow('the strides [3,-1]');
  expect(() => stored({ strides: [1] }).tensor()).toThrow('the strides [1]');
  expect(() => stored({ shape: [2 ** 27, 1], strides: [0, 0] }).tensor()).toThrow('repeats a storage of 32 bytes');
  expect(() => stored({ type: 'qint8' }).tensor()).toThrow('the element type qint8');
});
