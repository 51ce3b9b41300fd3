import { describe, expect, it } from 'vitest';
import { compare } from './compare.ts';
import { createFeeds } from './feeds.ts';
import { readNpy } from './npy.ts';

function npy(header: string, data: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(header);
  return Uint8Array.from([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, text.length & 255, text.length >> 8, ...text, ...data]);
}

describe('readNpy', () => {
  it('reads numbers with their shape', () => {
    const data = new Uint8Array(Float32Array.of(1, -2, 0.5, 4, 5, 6).buffer);
    const tensor = readNpy(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", data), 'x.npy');
    expect(tensor).toMatchObject({ dtype: 'float32', shape: [2, 3] });
    expect([...tensor.toFloat64()]).toEqual([1, -2, 0.5, 4, 5, 6]);
    const scalar = readNpy(
      npy("{'descr': '<i8', 'fortran_order': False, 'shape': (), }", new Uint8Array(BigInt64Array.of(7n).buffer)),
      's.npy',
    );
    expect(scalar.toIntegers()).toEqual([7]);
  });

  it('rejects ambiguous files', () => {
    const four = new Uint8Array(4);
    expect(() => readNpy(new TextEncoder().encode('PK\u0003\u0004 not numpy'), 'a.npy')).toThrow('not a .npy file');
    expect(() => readNpy(npy("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", four), 'a.npy')).toThrow('big-endian');
    expect(() => readNpy(npy("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }", new Uint8Array(16)), 'a.npy')).toThrow(
      'column-major',
    );
    expect(() => readNpy(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", four), 'a.npy')).toThrow('8 bytes');
    expect(() => readNpy(npy("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", four), 'a.npy')).toThrow(
      'unsupported .npy header',
    );
  });
});

describe('compare', () => {
  const thresholds = { rtol: 0.01, atol: 0.001 };

  it('measures small elements relative to the largest one', () => {
    expect(compare([100, 0], [100, 0.09], thresholds)).toMatchObject({ ok: true, maxAbsolute: 0.09 });
    expect(compare([100, 0], [100, 0.2], thresholds)).toMatchObject({ ok: false, at: { index: 1, expected: 0, actual: 0.2 } });
    expect(compare([0.5], [0.52], thresholds).ok).toBe(false);
  });

  it('matches NaN and infinities only with themselves', () => {
    expect(compare([Number.NaN, Number.POSITIVE_INFINITY], [Number.NaN, Number.POSITIVE_INFINITY], thresholds).ok).toBe(true);
    expect(compare([1], [Number.NaN], thresholds).ok).toBe(false);
    expect(compare([Number.POSITIVE_INFINITY], [1e30], thresholds).ok).toBe(false);
    expect(compare([1, 2], [1], thresholds).ok).toBe(false);
  });
});

describe('makeFeeds', () => {
  it('is reproducible by the seed and gives a dynamic axis one size', () => {
    const inputs = [
      { name: 'a', dtype: 'float32', shape: ['n', 3] },
      { name: 'b', dtype: 'int64', shape: [2, 'n', 't'] },
    ] as const;
    const [first, again, other] = [createFeeds(inputs, {}, 5), createFeeds(inputs, {}, 5), createFeeds(inputs, {}, 6)];
    expect(first.get('b')?.shape).toEqual([2, 1, 64]);
    expect(first.get('a')?.toFloat64()).toEqual(again.get('a')?.toFloat64());
    expect(first.get('a')?.toFloat64()).not.toEqual(other.get('a')?.toFloat64());
    expect(new Set(first.get('b')?.toIntegers())).toEqual(new Set([0, 1]));
    expect(createFeeds(inputs, { b: { data: new Array<number>(24).fill(0), shape: [2, 4, 3] } }, 5).get('a')?.shape).toEqual([4, 3]);
  });

  it('accepts inputs by position', () => {
    const inputs = [
      { name: 'image', dtype: 'float32', shape: [1] },
      { name: 'mask', dtype: 'float32', shape: [1] },
    ] as const;
    expect(
      createFeeds(inputs, { '#1': { data: [7] } }, 1)
        .get('mask')
        ?.toFloat64(),
    ).toEqual(Float64Array.of(7));
  });

  it('rejects unknown inputs', () => {
    const inputs = [
      { name: 'image', dtype: 'float32', shape: [1] },
      { name: 'mask', dtype: 'float32', shape: [1] },
    ] as const;
    expect(() => createFeeds(inputs, { imag: { data: [7] } }, 1)).toThrow('takes no input "imag"');
    expect(() => createFeeds(inputs, { '#2': { data: [7] } }, 1)).toThrow('takes no input "#2"');
  });
});
