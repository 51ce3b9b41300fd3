import { expect, it } from 'vitest';
import { float, makeNode } from '../../graph/ir/graph.ts';
import { Tensor } from '../../graph/ir/tensor.ts';
import { floatsOf } from '../../net/weight.ts';
import { loweredParams, lowerNodes } from '../testing.ts';

/** Weights of a cell with one unit and one input; the weight of each gate is its number, the biases 10 and 100 times that. */
function weights(gates: number, directions = 1): Record<string, Tensor> {
  const numbers = Array.from({ length: gates * directions }, (_, gate) => gate + 1);
  const bias = Array.from({ length: directions }, (_, direction) => {
    const own = numbers.slice(direction * gates, (direction + 1) * gates);
    return [...own.map((value) => value * 10), ...own.map((value) => value * 100)];
  }).flat();
  return {
    w: Tensor.float32(numbers, [directions, gates, 1]),
    r: Tensor.float32(numbers, [directions, gates, 1]),
    b: Tensor.float32(bias, [directions, 2 * gates]),
  };
}

it('reorders the gates of an LSTM for ncnn and adds its biases', () => {
  const node = makeNode('LSTM', ['x', 'w', 'r', 'b'], ['y'], { hidden_size: 1 });
  const { net } = lowerNodes({ x: ['T', 1, 1] }, [node], ['y'], weights(4));
  const layer = net.layers.find(({ type }) => type === 'LSTM');
  expect(loweredParams(layer)).toEqual({ num_output: 1, weight_data_size: 4, direction: 0 });
  expect(layer?.weights.map((weight) => [...floatsOf(weight)])).toEqual([
    [1, 3, 2, 4],
    [110, 330, 220, 440],
    [1, 3, 2, 4],
  ]);
  expect(net.shapes.get(layer?.tops[0] ?? '')).toEqual(['T', 1]);
});

it('projects the states of an LSTM, in one layer or unrolled', () => {
  const node = makeNode('ncnn:ProjectedLSTM', ['x', 'w', 'r', '', '', 'h0', '', '', 'p'], ['y', 'h', 'c'], { hidden_size: 2 });
  const constants = {
    w: Tensor.float32([1, 2, 3, 4, 5, 6, 7, 8], [1, 8, 1]),
    r: Tensor.float32([1, 2, 3, 4, 5, 6, 7, 8], [1, 8, 1]),
    p: Tensor.float32([10, 20], [1, 1, 2]),
  };
  const { net } = lowerNodes({ x: [5, 1, 1], h0: [1, 1, 1] }, [node], ['y', 'h', 'c'], constants);
  const layer = net.layers.find(({ type }) => type === 'LSTM');
  expect(loweredParams(layer)).toEqual({ num_output: 1, hidden_size: 2, weight_data_size: 8, direction: 0 });
  expect(layer?.weights.map((weight) => [...floatsOf(weight)])).toEqual([
    [1, 2, 5, 6, 3, 4, 7, 8],
    [0, 0, 0, 0, 0, 0, 0, 0],
    [1, 2, 5, 6, 3, 4, 7, 8],
    [10, 20],
  ]);
  expect([...(layer?.bottoms ?? []), ...(layer?.tops ?? [])].map((blob) => net.shapes.get(blob))).toEqual([
    [5, 1],
    [1, 1],
    [1, 2],
    [5, 1],
    [1, 1],
    [1, 2],
  ]);

  const samples = lowerNodes({ x: [5, 3, 1], h0: [1, 3, 1] }, [node], ['y', 'h', 'c'], constants).net;
  expect(samples.layers.some(({ type }) => type === 'LSTM')).toBe(false);
  expect(samples.shapes.get('h')).toEqual([3, 1]);
  expect(samples.shapes.get('c')).toEqual([3, 2]);
});

it('keeps both biases of the new gate of a GRU', () => {
  const node = makeNode('GRU', ['x', 'w', 'r', 'b'], ['y', 'h'], {
    hidden_size: 1,
    linear_before_reset: 1,
    direction: 'bidirectional',
  });
  const { net } = lowerNodes({ x: [5, 1, 1] }, [node], ['y', 'h'], weights(3, 2));
  const layer = net.layers.find(({ type }) => type === 'GRU');
  expect(loweredParams(layer)).toMatchObject({ direction: 2, weight_data_size: 6 });
  expect(layer?.tops).toHaveLength(2);
  expect(layer?.weights.map((weight) => [...floatsOf(weight)])).toEqual([
    [2, 1, 3, 5, 4, 6],
    [220, 110, 30, 300, 550, 440, 60, 600],
    [2, 1, 3, 5, 4, 6],
  ]);
});

it('sets all initial states or none, with zeros for a missing one', () => {
  const node = makeNode('LSTM', ['x', 'w', 'r', 'b', '', 'h0'], ['y', '', 'c'], { hidden_size: 1 });
  const { net } = lowerNodes({ x: [5, 1, 1], h0: [1, 1, 1] }, [node], ['y', 'c'], weights(4));
  const layer = net.layers.find(({ type }) => type === 'LSTM');
  expect(layer?.bottoms).toHaveLength(3);
  expect(layer?.tops).toHaveLength(3);
  expect(layer?.tops[2]).toBe('c');
});

it('decomposes a GRU whose reset gate comes before the linear part', () => {
  const node = makeNode('GRU', ['x', 'w', 'r', 'b'], ['y'], { hidden_size: 1 });
  const { net } = lowerNodes({ x: [2, 1, 1] }, [node], ['y'], weights(3));
  expect(net.layers.some(({ type }) => type === 'GRU')).toBe(false);
  expect(net.layers.filter(({ type }) => type === 'TanH')).toHaveLength(2);
});

it('decomposes several samples at once and clips on request', () => {
  const node = makeNode('RNN', ['x', 'w', 'r', 'b'], ['y'], { hidden_size: 1, clip: float(2) });
  const { net } = lowerNodes({ x: [3, 4, 1] }, [node], ['y'], weights(1));
  expect(net.layers.filter(({ type }) => type === 'Clip').map(loweredParams)).toEqual(Array(3).fill({ min: -2, max: 2 }));
});

it('ends the sequence at constant lengths and fills up with zeros', () => {
  const node = makeNode('RNN', ['x', 'w', 'r', 'b', 'length'], ['y'], { hidden_size: 1 });
  const { net } = lowerNodes({ x: [5, 1, 1] }, [node], ['y'], { ...weights(1), length: Tensor.of('int32', [1], Int32Array.of(3)) });
  expect(net.layers.map(({ type }) => type)).toEqual(expect.arrayContaining(['Slice', 'RNN', 'MemoryData', 'Concat']));
});

it('rejects a sequence that is neither a layer nor short enough to unroll', () => {
  const node = makeNode('GRU', ['x', 'w', 'r', 'b'], ['y'], { hidden_size: 1 });
  expect(() => lowerNodes({ x: ['T', 1, 1] }, [node], ['y'], weights(3))).toThrow(/reset gate .* unrolled/);
  expect(() => lowerNodes({ x: [1000, 1, 1] }, [node], ['y'], weights(3))).toThrow(/1000 cells/);
});
