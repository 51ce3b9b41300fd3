import { describe, expect, it } from 'vitest';
import { computeLayer, type PrototxtValues } from '../testing.ts';

/** An image that is linear in row and column, which interpolation between corners preserves. */
function plane(height: number, width: number, rise: readonly [number, number]): PrototxtValues {
  const values = Array.from({ length: height * width }, (_, index) => rise[0] * Math.floor(index / width) + rise[1] * (index % width));
  return { shape: [1, 1, height, width], values };
}

describe('Interp', () => {
  it.each([
    ['to a size', 'height: 9 width: 13', 9, 13],
    ['by a factor, of the steps between pixels', 'zoom_factor: 2', 9, 13],
    ['shrunk and grown', 'shrink_factor: 2 zoom_factor: 4', 9, 13],
  ])('%s keeps the corners', (_, param, height, width) => {
    const [out] = computeLayer('Interp', `interp_param { ${param} }`, [plane(5, 7, [8, 6])]);
    const expected = plane(height, width, [(8 * 4) / (height - 1), (6 * 6) / (width - 1)]);
    expect(out?.shape).toEqual(expected.shape);
    expected.values.forEach((value, index) => {
      expect(out?.values[index]).toBeCloseTo(value, 4);
    });
  });
});

describe('Upsample', () => {
  it('repeats pixels', () => {
    const [out] = computeLayer('Upsample', 'upsample_param { scale: 2 }', [plane(1, 2, [0, 1])]);
    expect(out).toEqual({ shape: [1, 1, 2, 4], values: [0, 0, 1, 1, 0, 0, 1, 1] });
  });
});
