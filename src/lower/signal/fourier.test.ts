import { expect, it } from 'vitest';
import { makeNode } from '../../graph/ir/graph.ts';
import { Tensor } from '../../graph/ir/tensor.ts';
import { floatsOf } from '../../net/weight.ts';
import { loweredParams, lowerNodes } from '../testing.ts';

const lengths = { step: Tensor.int64([2], []), length: Tensor.int64([4], []), window: Tensor.float32([1, 2, 3, 4]) };

it('lowers STFT to a convolution with the windowed rows of the transform', () => {
  const node = makeNode('STFT', ['x', 'step', 'window'], ['y']);
  const { net } = lowerNodes({ x: [1, 'L', 1] }, [node], ['y'], lengths);
  const layer = net.layers.find(({ type }) => type === 'Convolution1D');
  expect(loweredParams(layer)).toEqual({ num_output: 6, kernel_w: 4, stride_w: 2, weight_data_size: 24 });
  expect(layer?.weights[0] && [...floatsOf(layer.weights[0])].slice(0, 4)).toEqual([1, 2, 3, 4]);
});

it('extracts the frames first when the window is dynamic', () => {
  const node = makeNode('STFT', ['x', 'step', 'w', 'length'], ['y']);
  const { net } = lowerNodes({ x: [1, 10, 1], w: [4] }, [node], ['y'], { step: lengths.step, length: lengths.length });
  expect(net.layers.map(({ type }) => type)).toEqual(expect.arrayContaining(['Convolution1D', 'BinaryOp', 'MatMul']));
});

it('transposes an outer axis of a DFT inward', () => {
  const node = makeNode('DFT', ['x', '', 'axis'], ['y']);
  const { net } = lowerNodes({ x: [1, 4, 3, 2] }, [node], ['y'], { axis: Tensor.int64([1], []) });
  expect(net.layers.filter(({ type }) => type === 'Permute').map(loweredParams)).toEqual([{ order_type: 2 }, { order_type: 2 }]);
});

it('rejects a transform of unknown length', () => {
  expect(() => lowerNodes({ x: [1, 'L', 1] }, [makeNode('DFT', ['x'], ['y'])], ['y'])).toThrow(/length of the transform/);
});
