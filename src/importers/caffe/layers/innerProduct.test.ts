import { describe, expect, it } from 'vitest';
import { computeLayer, errorsOf, type PrototxtValues, ramp } from '../testing.ts';

const image = ramp(1, 2, 3, 4);

/** Rows of `length` elements times weights [outputs, length], or [length, outputs] if they are transposed. */
function product(length: number, weight: PrototxtValues, bias: PrototxtValues, transposed: boolean): number[] {
  const outputs = bias.values.length;
  return Array.from({ length: (image.values.length / length) * outputs }, (_, index) => {
    const [row, output] = [Math.floor(index / outputs), index % outputs];
    const terms = Array.from(
      { length },
      (_, at) => (image.values[row * length + at] ?? 0) * (weight.values[transposed ? at * outputs + output : output * length + at] ?? 0),
    );
    return terms.reduce((sum, term) => sum + term, bias.values[output] ?? 0);
  });
}

describe('InnerProduct', () => {
  it.each([
    ['of all', '', 24, [1, 5], false],
    ['from an axis', 'axis: 2', 12, [1, 2, 5], false],
    ['of the last axis', 'axis: -1', 4, [1, 2, 3, 5], false],
    ['with transposed weights', 'transpose: true', 24, [1, 5], true],
  ] as const)('%s', (_, param, length, shape, transposed) => {
    const [weight, bias] = [transposed ? ramp(length, 5) : ramp(5, length), ramp(5)];
    const [out] = computeLayer('InnerProduct', `inner_product_param { num_output: 5 ${param} }`, [image], [weight, bias]);
    expect(out?.shape).toEqual(shape);
    product(length, weight, bias, transposed).forEach((value, index) => {
      expect(out?.values[index]).toBeCloseTo(value, 4);
    });
  });

  it('reports weights of another net', () => {
    const errors = errorsOf(() => computeLayer('InnerProduct', 'inner_product_param { num_output: 5 }', [image], [ramp(5, 20), ramp(5)]));
    expect(errors.join()).toContain('weights-mismatch');
  });
});

describe('Embed', () => {
  it('looks up rows', () => {
    const [table, bias] = [ramp(4, 3), ramp(3)];
    const [out] = computeLayer(
      'Embed',
      'embed_param { num_output: 3 input_dim: 4 }',
      [{ shape: [1, 3], values: [2, 0, 3] }],
      [table, bias],
    );
    expect(out?.shape).toEqual([1, 3, 3]);
    [2, 0, 3].forEach((row, index) => {
      expect(out?.values[3 * index + 1]).toBeCloseTo((table.values[3 * row + 1] ?? 0) + (bias.values[1] ?? 0), 6);
    });
  });
});
