import { expect, it } from 'vitest';
import { makeNode } from '../../graph/ir/graph.ts';
import { Tensor } from '../../graph/ir/tensor.ts';
import type { Model } from '../../net/model.ts';
import { floatsOf } from '../../net/weight.ts';
import { loweredParams, lowerNodes } from '../testing.ts';

const layers = ({ net }: Model): readonly (readonly [string, object | undefined])[] =>
  net.layers.filter(({ type }) => type !== 'Input').map((layer) => [layer.type, loweredParams(layer)]);

const reduce = (shape: readonly (number | string)[], axes: readonly number[], keepdims: number): Model =>
  lowerNodes({ x: shape }, [makeNode('ReduceMean', ['x', 'axes'], ['y'], { keepdims })], ['y'], { axes: Tensor.int64(axes) });

it('reduces the axes of the stored blob', () => {
  const model = reduce([1, 3, 'H', 'W'], [1, 3], 1);
  expect(layers(model)).toEqual([['Reduction', { operation: 3, reduce_all: 0, axes: [0, 2], keepdims: 1, fixbug0: 1 }]]);
  expect(model.net.shapes.get('y')).toEqual([1, 'H', 1]);
});

it('pools the means of planes, but not those of rows', () => {
  const planes = reduce([1, 3, 'H', 'W'], [2, 3], 1);
  expect(layers(planes)).toEqual([['Pooling', { pooling_type: 1, global_pooling: 1 }]]);
  expect(planes.net.shapes.get('y')).toEqual([3]);
  expect(layers(reduce([1, 3, 4], [2], 1)).map(([type]) => type)).toEqual(['Reduction']);
});

it('reduces a real batch axis', () => {
  const model = reduce([2, 3, 4], [0], 0);
  expect(layers(model)).toEqual([['Reduction', { operation: 3, reduce_all: 0, axes: [0], keepdims: 0, fixbug0: 1 }]]);
  expect(model.net.shapes.get('y')).toEqual([3, 4]);
});

it('reduces everything to one element', () => {
  const model = reduce([2, 3], [0, 1], 0);
  expect(layers(model)).toEqual([['Reduction', { operation: 3, reduce_all: 1, keepdims: 0, fixbug0: 1 }]]);
  expect(model.net.shapes.get('y')).toEqual([1]);
});

it('adds no layer for axes of size 1', () => {
  expect(layers(reduce([1, 3, 1, 4], [0, 2], 1))).toEqual([]);
});

it('merges adjacent axes', () => {
  expect(layers(reduce([2, 3, 4, 5, 6], [1, 2, 3], 1)).map(([type]) => type)).toEqual(['Reshape', 'Reduction']);
});

it('reduces in stages if axes are not adjacent', () => {
  const stages = layers(reduce([2, 3, 4, 5, 6], [0, 2, 4], 1)).map(([type]) => type);
  expect(stages.filter((type) => type === 'Reduction')).toHaveLength(2);
});

it('subtracts the maximum in a sum of exponentials', () => {
  const model = lowerNodes({ x: [1, 8] }, [makeNode('ReduceLogSumExp', ['x'], ['y'])], ['y']);
  expect(layers(model).map(([type]) => type)).toEqual(['Reduction', 'BinaryOp', 'Reduction', 'BinaryOp']);
});

it('returns the identity for an empty reduction', () => {
  const axes = Tensor.int64([1]);
  const { net } = lowerNodes({ x: [2, 0] }, [makeNode('ReduceProd', ['x', 'axes'], ['y'])], ['y'], { axes });
  const [weight] = net.layers.find(({ type }) => type === 'MemoryData')?.weights ?? [];
  expect(weight && [...floatsOf(weight)]).toEqual([1, 1]);
});

it('finds the blob axis of a Softmax', () => {
  const softmax = (shape: readonly (number | string)[], axis: number): unknown =>
    layers(lowerNodes({ x: shape }, [makeNode('Softmax', ['x'], ['y'], { axis })], ['y']));
  expect(softmax([1, 3, 'H', 'W'], 1)).toEqual([['Softmax', { axis: 0, fixbug0: 1 }]]);
  expect(softmax([2, 3, 4], -1)).toEqual([['Softmax', { axis: 2, fixbug0: 1 }]]);
  expect(softmax([1, 1, 5], 1)).toEqual([['Clip', { min: 1, max: 1 }]]);
});

it('finds indices of extremes without ArgMax', () => {
  const model = lowerNodes({ x: [1, 10, 4] }, [makeNode('ArgMax', ['x'], ['y'], { axis: 1 })], ['y']);
  expect(layers(model).map(([type]) => type)).toEqual([
    'Reduction',
    'BinaryOp',
    'Threshold',
    'BinaryOp',
    'MemoryData',
    'BinaryOp',
    'Reduction',
  ]);
});

it('rejects indices along a dynamic axis', () => {
  expect(() => lowerNodes({ x: [1, 'N'] }, [makeNode('ArgMax', ['x'], ['y'], { axis: 1 })], ['y'])).toThrow('must be known');
});

it('flips reverse sums and shifts exclusive ones', () => {
  const cumsum = (attributes: Record<string, number>): readonly string[] =>
    layers(lowerNodes({ x: [1, 4] }, [makeNode('CumSum', ['x', 'axis'], ['y'], attributes)], ['y'], { axis: Tensor.int64([1], []) })).map(
      ([type]) => type,
    );
  expect(cumsum({})).toEqual(['CumulativeSum']);
  expect(cumsum({ reverse: 1 })).toEqual(['Flip', 'CumulativeSum', 'Flip']);
  expect(cumsum({ exclusive: 1 })).toEqual(['Crop', 'Padding', 'CumulativeSum']);
});
