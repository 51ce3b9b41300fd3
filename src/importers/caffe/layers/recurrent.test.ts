import { describe, expect, it } from 'vitest';
import { computeLayer, errorsOf, type PrototxtValues, ramp } from '../testing.ts';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const [steps, inputs, outputs] = [4, 3, 2];
const sequence = ramp(steps, 1, inputs);
const marks: PrototxtValues = { shape: [steps, 1], values: [0, 1, 1, 1] };

/** Row `row` of a matrix times a vector. */
function dot({ shape, values }: PrototxtValues, row: number, vector: readonly number[]): number {
  const [, width = 1] = shape;
  return vector.reduce((sum, value, index) => sum + value * (values[row * width + index] ?? 0), 0);
}

const stepOf = (time: number): readonly number[] => sequence.values.slice(time * inputs, (time + 1) * inputs);
const units = Array.from({ length: outputs }, (_, unit) => unit);

describe('LSTM', () => {
  it('has its gates in Caffe order', () => {
    const [forInput, bias, forState] = [ramp(4 * outputs, inputs), ramp(4 * outputs), ramp(4 * outputs, outputs)];
    let [state, cell] = [units.map(() => 0), units.map(() => 0)];
    const expected: number[] = [];
    for (let time = 0; time < steps; time++) {
      const gate = (index: number): number[] =>
        units.map((unit) => {
          const row = index * outputs + unit;
          return dot(forInput, row, stepOf(time)) + (bias.values[row] ?? 0) + dot(forState, row, state);
        });
      const [i, f, o, g] = [gate(0), gate(1), gate(2), gate(3)];
      cell = units.map((unit) => sigmoid(f[unit] ?? 0) * (cell[unit] ?? 0) + sigmoid(i[unit] ?? 0) * Math.tanh(g[unit] ?? 0));
      state = units.map((unit) => sigmoid(o[unit] ?? 0) * Math.tanh(cell[unit] ?? 0));
      expected.push(...state);
    }
    const [out] = computeLayer('LSTM', `recurrent_param { num_output: ${outputs} }`, [sequence, marks], [forInput, bias, forState]);
    expect(out?.shape).toEqual([steps, 1, outputs]);
    expected.forEach((value, index) => {
      expect(out?.values[index]).toBeCloseTo(value, 5);
    });
  });

  it('names missing weights', () => {
    const errors = errorsOf(() => computeLayer('LSTM', `recurrent_param { num_output: ${outputs} }`, [sequence, marks], [ramp(8, 3)]));
    expect(errors.join()).toContain('weights-mismatch');
  });
});
