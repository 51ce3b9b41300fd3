import { expect, it } from 'vitest';
import { pythonValue, type TorchValues, traceValues } from '../../trace/testing.ts';
import { listValue, none } from '../../values/value.ts';

/** Weights that differ from each other: `(7n mod 11 - 5) / 8`. */
function weights(shape: readonly number[]): TorchValues {
  const size = shape.reduce((product, entry) => product * entry, 1);
  return { shape, values: Array.from({ length: size }, (_, index) => (((index * 7) % 11) - 5) / 8) };
}

function ramp(shape: readonly number[], step: number): TorchValues {
  const size = shape.reduce((product, entry) => product * entry, 1);
  return { shape, values: Array.from({ length: size }, (_, index) => index * step) };
}

// The expected values are those of torch 2.15.
it('computes a bidirectional LSTM with projections and initial states', () => {
  const [inputs, hidden, projected] = [2, 3, 2];
  const direction = [[4 * hidden, inputs], [4 * hidden, projected], [4 * hidden], [4 * hidden], [projected, hidden]].map(weights);
  const x = { shape: [1, 3, inputs], values: Array.from({ length: 6 }, (_, index) => (((index * 5) % 7) - 3) / 4) };
  const states = [ramp([2, 1, projected], 1 / 4), ramp([2, 1, hidden], 1 / 8)];
  const results = traceValues([x, ...states, ...direction], (tracer, input = none, h = none, c = none, ...own) => {
    // has_biases, num_layers, dropout, train, bidirectional, batch_first
    const settings = [true, 1, 0, false, true, true].map(pythonValue);
    return tracer.call('aten.lstm.input', [input, listValue([h, c]), listValue([...own, ...own]), ...settings]);
  });
  expect(results.map(({ shape }) => shape)).toEqual([
    [1, 3, 4],
    [2, 1, 2],
    [2, 1, 3],
  ]);
  const expected = [
    [-0.08477, 0.06905, -0.17493, 0.20641, -0.13985, 0.15949, -0.15073, 0.25667, -0.11476, 0.18625, -0.05713, 0.1936],
    [-0.11476, 0.18625, -0.17493, 0.20641],
    [0.40487, 0.18067, -0.36766, 0.54984, -0.07223, -0.17336],
  ];
  for (const [place, values] of expected.entries()) {
    expect(results[place]?.values).toHaveLength(values.length);
    for (const [index, value] of values.entries()) expect(results[place]?.values[index]).toBeCloseTo(value, 4);
  }
});
