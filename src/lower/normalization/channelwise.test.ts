import { expect, it } from 'vitest';
import { float, makeNode } from '../../graph/ir/graph.ts';
import { Tensor } from '../../graph/ir/tensor.ts';
import { execute } from '../../net/execute.ts';
import { optimize } from '../../net/passes/index.ts';
import { floatsOf } from '../../net/weight.ts';
import { loweredParams, lowerNodes } from '../testing.ts';

const vectors = {
  scale: Tensor.float32([1, 2]),
  bias: Tensor.float32([3, 4]),
  mean: Tensor.float32([5, 6]),
  variance: Tensor.float32([7, 8]),
};

it('lowers one sample to BatchNorm with weights in ncnn order', () => {
  const node = makeNode('BatchNormalization', ['x', 'scale', 'bias', 'mean', 'variance'], ['y'], { epsilon: float(1) });
  const { net } = lowerNodes({ x: [1, 2, 'H', 'W'] }, [node], ['y'], vectors);
  const [, layer] = net.layers;
  expect(net.layers.map(({ type }) => type)).toEqual(['Input', 'BatchNorm']);
  expect(loweredParams(layer)).toEqual({ channels: 2, eps: 1 });
  expect(layer?.weights.map((weight) => [...floatsOf(weight)])).toEqual([
    [1, 2],
    [5, 6],
    [7, 8],
    [3, 4],
  ]);
});

it('keeps the weights as views of the model', () => {
  const bytes = new Uint8Array(new Float32Array([1, 2]).buffer);
  const node = makeNode('BatchNormalization', ['x', 'scale', 'bias', 'mean', 'variance'], ['y']);
  const { net } = lowerNodes({ x: [1, 2, 4, 4] }, [node], ['y'], { ...vectors, scale: Tensor.view('float32', [2], bytes) });
  expect(net.layers[1]?.weights[0]?.read()).toBe(bytes);
});

it('decomposes a batch normalization with dynamic statistics', () => {
  const node = makeNode('BatchNormalization', ['x', 'scale', 'bias', 'mean', 'variance'], ['y']);
  const { net } = lowerNodes({ x: [1, 2, 4, 4], mean: [2] }, [node], ['y'], {
    scale: vectors.scale,
    bias: vectors.bias,
    variance: vectors.variance,
  });
  expect(net.layers.some(({ type }) => type === 'BatchNorm')).toBe(false);
});

it('keeps rows a matrix, so that the normalization is fused into the Gemm that computes them', () => {
  const nodes = [
    makeNode('MatMul', ['x', 'w'], ['a']),
    makeNode('BatchNormalization', ['a', 'scale', 'bias', 'mean', 'variance'], ['y'], { epsilon: float(1) }),
  ];
  const weights = { w: Tensor.of('float32', [1, 2], Float32Array.of(3, -2)) };
  const lowered = lowerNodes({ x: [9, 1] }, nodes, ['y'], { ...vectors, ...weights });
  const { net } = optimize(lowered.net);
  expect(net.layers.map(({ type }) => type)).toEqual(['Input', 'Gemm']);
  const values = Float32Array.from({ length: 9 }, (_, row) => row - 4);
  const result = execute(net, new Map([['x', { shape: [9, 1], values }]])).get('y');
  const expected = [...values].flatMap((x) => [(3 * x - 5) / Math.sqrt(8) + 3, ((-2 * x - 6) * 2) / 3 + 4]);
  expect(result?.shape).toEqual([9, 2]);
  for (const [index, value] of expected.entries()) expect(result?.values[index]).toBeCloseTo(value, 5);
});

it('treats a batch as channels if each has separate statistics', () => {
  const node = makeNode('InstanceNormalization', ['x', 'scale', 'bias'], ['y']);
  const { net } = lowerNodes({ x: [3, 2, 5] }, [node], ['y'], vectors);
  const layer = net.layers.find(({ type }) => type === 'InstanceNorm');
  expect(loweredParams(layer)).toMatchObject({ channels: 6, affine: 1 });
  expect(net.shapes.get(layer?.bottoms[0] ?? '')).toEqual([6, 1, 5]);
  expect(layer?.weights.map((weight) => [...floatsOf(weight)])).toEqual([
    [1, 2, 1, 2, 1, 2],
    [3, 4, 3, 4, 3, 4],
  ]);
});

it('multiplies the groups by the batch', () => {
  const node = makeNode('GroupNormalization', ['x', 'scale', 'bias'], ['y'], { num_groups: 1 });
  const { net } = lowerNodes({ x: [3, 2, 5] }, [node], ['y'], vectors);
  expect(loweredParams(net.layers.find(({ type }) => type === 'GroupNorm'))).toMatchObject({ group: 3, channels: 6 });
});

it('normalizes a vector before axes of size 1 without a Reshape', () => {
  const constants = { s: vector(6), b: vector(6), m: vector(6), v: vector(6) };
  const nodes = [
    makeNode('Gemm', ['x', 'w'], ['a']),
    makeNode('Unsqueeze', ['a', 'axes'], ['c']),
    makeNode('BatchNormalization', ['c', 's', 'b', 'm', 'v'], ['y']),
  ];
  const weights = { w: Tensor.of('float32', [4, 6], new Float32Array(24)), axes: Tensor.int64([2]) };
  const flat = lowerNodes({ x: [1, 4] }, nodes, ['y'], { ...constants, ...weights });
  expect(flat.net.layers.map(({ type }) => type)).not.toContain('Reshape');
});

it('normalizes an image in planes', () => {
  const constants = { s: vector(6), b: vector(6), m: vector(6), v: vector(6) };
  const nodes = [
    makeNode('Gemm', ['x', 'w'], ['a']),
    makeNode('Unsqueeze', ['a', 'axes'], ['c']),
    makeNode('BatchNormalization', ['c', 's', 'b', 'm', 'v'], ['y']),
  ];
  const planes = lowerNodes({ c: [1, 6, 2, 3] }, nodes.slice(2), ['y'], constants);
  expect(planes.net.shapes.get('y')).toEqual([6, 2, 3]);
});

function vector(size: number): Tensor {
  return Tensor.of('float32', [size], new Float32Array(size).fill(1));
}
