import { expect, it } from 'vitest';
import { float, makeNode } from '../../graph/ir/graph.ts';
import { Tensor } from '../../graph/ir/tensor.ts';
import { floatsOf } from '../../net/weight.ts';
import { loweredParams, lowerNodes } from '../testing.ts';

const scale = Tensor.float32([1, 2, 3, 4]);

it('normalizes the last axis in its stored shape', () => {
  const { net } = lowerNodes({ x: ['N', 'T', 4] }, [makeNode('LayerNormalization', ['x', 'scale'], ['y'])], ['y'], { scale });
  const [, layer] = net.layers;
  expect(net.layers.map(({ type }) => type)).toEqual(['Input', 'LayerNorm']);
  expect(loweredParams(layer)).toEqual({ affine_size: 4, eps: 1e-5, affine: 1 });
  expect(layer?.weights.map((weight) => [...floatsOf(weight)])).toEqual([
    [1, 2, 3, 4],
    [0, 0, 0, 0],
  ]);
});

it('merges several last axes into a row for ncnn', () => {
  const node = makeNode('LayerNormalization', ['x', 'scale'], ['y'], { axis: 2 });
  const { net } = lowerNodes({ x: [1, 3, 2, 2] }, [node], ['y'], { scale: scale.reshape([2, 2]) });
  expect(net.layers.map(({ type }) => type)).toEqual(['Input', 'LayerNorm']);
  expect(net.shapes.get('y')).toEqual([3, 2, 2]);
});

it('treats all axes as one row if none is left out', () => {
  const node = makeNode('LayerNormalization', ['x', 'scale'], ['y'], { axis: 0 });
  const { net } = lowerNodes({ x: [2, 2] }, [node], ['y'], { scale: scale.reshape([2, 2]) });
  const layer = net.layers.find(({ type }) => type === 'LayerNorm');
  expect(net.shapes.get(layer?.tops[0] ?? '')).toEqual([1, 4]);
});

it('broadcasts a scale of lower rank', () => {
  const node = makeNode('LayerNormalization', ['x', 'two'], ['y'], { axis: 1 });
  const { net } = lowerNodes({ x: [1, 2, 2] }, [node], ['y'], { two: Tensor.float32([5, 6]) });
  const weight = net.layers.find(({ type }) => type === 'LayerNorm')?.weights[0];
  expect(weight && [...floatsOf(weight)]).toEqual([5, 6, 5, 6]);
});

it('adds the statistics only on request', () => {
  const node = makeNode('LayerNormalization', ['x', 'scale'], ['y', 'mean', 'deviation'], { epsilon: float(0.5) });
  const { net } = lowerNodes({ x: [2, 4] }, [node], ['y', 'mean', 'deviation'], { scale });
  expect(net.layers.filter(({ type }) => type === 'Reduction')).toHaveLength(2);
  expect(net.shapes.get('mean')).toEqual([2, 1]);
});

it('adds a skip connection first', () => {
  const node = makeNode('com.microsoft:SkipLayerNormalization', ['x', 'skip', 'scale'], ['y', '', '', 'sum']);
  const { net } = lowerNodes({ x: [1, 3, 4], skip: [1, 3, 4] }, [node], ['y', 'sum'], { scale });
  expect(net.layers.map(({ type }) => type)).toEqual(['Input', 'Input', 'BinaryOp', 'LayerNorm']);
  expect(net.layers[3]?.bottoms).toEqual(['sum']);
});
