import { expect, it } from 'vitest';
import { Tensor } from '../../../graph/ir/tensor.ts';
import { evaluate } from '../../../graph/stages/evaluate.ts';
import { convertSymbol } from '../convertSymbol.ts';
import { readSymbol } from '../symbol.ts';
import { symbolFile } from '../testing.ts';

/** One step of a cell with one unit, whose packed vector contains the weights of input and state, then both biases. */
const step = (mode: string, gates: number, weights: readonly number[]): readonly number[] => {
  const parameters = { shape: [4 * gates], values: weights };
  const symbol = [
    { op: 'null', name: 'x', attrs: { __shape__: '(1, 1, 1)' } },
    { op: 'null', name: 'parameters' },
    { op: '_zeros', name: 'state', attrs: { shape: '(1, 1, 1)' } },
    { op: '_zeros', name: 'cell', attrs: { shape: '(1, 1, 1)' } },
    {
      op: 'RNN',
      name: 'out',
      attrs: { mode, state_size: '1', num_layers: '1' },
      inputs: [[0, 0], [1, 0], [2, 0], ...(mode === 'lstm' ? [[3, 0]] : [])],
    },
  ];
  const read = readSymbol(new TextEncoder().encode(symbolFile(symbol)), 'net-symbol.json');
  const params = new Map([['parameters', Tensor.float32(parameters.values, parameters.shape)]]);
  const graph = convertSymbol(read, params, {});
  const results = evaluate(graph, new Map([['x', Tensor.float32([2], [1, 1, 1])]]));
  return [...(results.get(graph.outputs[0] ?? '')?.toFloat32() ?? [])];
};
const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

it('splits the packed vector of plain cells', () => {
  expect(step('rnn_tanh', 1, [0.5, 9, 0.1, 0.2])[0]).toBeCloseTo(Math.tanh(1.3), 6);
  expect(step('rnn_relu', 1, [-0.5, 9, 0.1, 0.2])[0]).toBe(0);
});

it('splits the packed vector of LSTM into input, forget, cell and output', () => {
  const [actual] = step('lstm', 4, [0.1, 0.2, 0.3, 0.4, 9, 9, 9, 9, 0.5, 0.6, 0.7, 0.8, 0, 0, 0, 0]);
  const cell = sigmoid(0.2 + 0.5) * Math.tanh(0.6 + 0.7);
  expect(actual).toBeCloseTo(sigmoid(0.8 + 0.8) * Math.tanh(cell), 6);
});

it('splits the packed vector of GRU into reset, update and new', () => {
  const [actual] = step('gru', 3, [0.1, 0.2, 0.3, 9, 9, 9, 0.5, 0.6, 0.7, 0, 0, 0.4]);
  const [reset, update] = [sigmoid(0.2 + 0.5), sigmoid(0.4 + 0.6)];
  expect(actual).toBeCloseTo((1 - update) * Math.tanh(0.6 + 0.7 + reset * 0.4), 6);
});
