import { describe, expect, it } from 'vitest';
import { computeLayer, errorsOf, type PrototxtValues, ramp } from '../testing.ts';

const image = ramp(1, 3, 2, 5);
const vector = (...values: readonly number[]): PrototxtValues => ({ shape: [values.length], values });
const place = (index: number): { readonly channel: number; readonly row: number; readonly column: number } => ({
  channel: Math.floor(index / 10),
  row: Math.floor(index / 5) % 2,
  column: index % 5,
});

function expectEach(actual: PrototxtValues | undefined, formula: (value: number, index: number) => number): void {
  expect(actual?.shape).toEqual(image.shape);
  image.values.forEach((value, index) => {
    expect(actual?.values[index]).toBeCloseTo(formula(value, index), 5);
  });
}

describe('Scale', () => {
  it('multiplies channels and adds a bias', () => {
    const [out] = computeLayer('Scale', 'scale_param { bias_term: true }', [image], [vector(2, 3, 4), vector(5, 6, 7)]);
    expectEach(out, (value, index) => value * (place(index).channel + 2) + place(index).channel + 5);
  });

  it('multiplies along another axis', () => {
    const [out] = computeLayer('Scale', 'scale_param { axis: -1 }', [image], [vector(1, 2, 3, 4, 5)]);
    expectEach(out, (value, index) => value * (place(index).column + 1));
  });

  it('multiplies by one number', () => {
    expectEach(computeLayer('Scale', 'scale_param { num_axes: 0 }', [image], [{ shape: [], values: [2.5] }])[0], (value) => 2.5 * value);
  });

  it('multiplies by a second bottom, as in squeeze-and-excitation blocks', () => {
    const gate = ramp(1, 3);
    const [out] = computeLayer('Scale', 'scale_param { axis: 0 }', [image, gate]);
    expectEach(out, (value, index) => value * (gate.values[place(index).channel] ?? 0));
  });

  it('needs its factors', () => {
    expect(errorsOf(() => computeLayer('Scale', '', [image])).join()).toContain('weights-mismatch');
  });
});

describe('Bias', () => {
  it('adds along axes', () => {
    const [out] = computeLayer('Bias', 'bias_param { axis: 2 num_axes: 1 }', [image], [vector(3, 4)]);
    expectEach(out, (value, index) => value + place(index).row + 3);
  });
});

describe('Eltwise', () => {
  const others = [
    { ...image, values: image.values.map((value) => 2 - value) },
    { ...image, values: image.values.map((value) => value * value) },
  ];
  const arrays = [image, ...others];
  it.each<readonly [string, (...entries: readonly number[]) => number]>([
    ['operation: SUM', (a = 0, b = 0, c = 0) => a + b + c],
    ['operation: PROD', (a = 0, b = 0, c = 0) => a * b * c],
    ['operation: MAX', (...entries) => Math.max(...entries)],
    ['coeff: 1 coeff: -1 coeff: 0.5', (a = 0, b = 0, c = 0) => a - b + 0.5 * c],
  ])('%s', (param, formula) => {
    expectEach(computeLayer('Eltwise', `eltwise_param { ${param} }`, arrays)[0], (_, index) =>
      formula(...arrays.map(({ values }) => values[index] ?? 0)),
    );
  });

  it('rejects a number of coefficients that differs from the bottoms', () => {
    expect(errorsOf(() => computeLayer('Eltwise', 'eltwise_param { coeff: 1 }', arrays))).toHaveLength(1);
  });
});

describe('Axpy', () => {
  it('scales the channels of one image and adds another', () => {
    const [factors, sum] = [ramp(1, 3, 1, 1), { ...image, values: image.values.map((value) => value + 1) }];
    const [out] = computeLayer('Axpy', '', [factors, image, sum]);
    expectEach(out, (value, index) => (factors.values[place(index).channel] ?? 0) * value + value + 1);
  });
});
