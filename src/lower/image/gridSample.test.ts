import { expect, it } from 'vitest';
import { makeNode } from '../../graph/ir/graph.ts';
import { Tensor } from '../../graph/ir/tensor.ts';
import { loweredParams, lowerNodes } from '../testing.ts';

const inputs = { x: [1, 3, 5, 6], g: [1, 7, 4, 2] };

it('samples with one layer if ncnn matches ONNX', () => {
  const { net } = lowerNodes(inputs, [makeNode('GridSample', ['x', 'g'], ['y'], { padding_mode: 'border', align_corners: 1 })], ['y']);
  expect(net.layers.map(({ type }) => type)).toEqual(['Input', 'Input', 'GridSample']);
  expect(loweredParams(net.layers[2])).toEqual({ sample_type: 1, padding_mode: 2, align_corner: 1, permute_fusion: 0 });
  expect(net.shapes.get('y')).toEqual([3, 7, 4]);
});

it('reflects the grid first, because ncnn reflects only once', () => {
  const { net } = lowerNodes(inputs, [makeNode('GridSample', ['x', 'g'], ['y'], { padding_mode: 'reflection' })], ['y']);
  expect(net.layers.filter(({ type }) => type === 'UnaryOp')).toHaveLength(2);
  expect(loweredParams(net.layers.at(-1))).toMatchObject({ padding_mode: 2 });
});

it('rounds the grid to even first, because ncnn rounds halves up', () => {
  const { net } = lowerNodes(inputs, [makeNode('GridSample', ['x', 'g'], ['y'], { mode: 'nearest' })], ['y']);
  expect(net.layers.filter(({ type }) => type === 'UnaryOp')).toHaveLength(1);
});

it('puts the coordinates of few rows first, because ncnn writes out of bounds otherwise', () => {
  const line = lowerNodes({ x: [1, 3, 5, 6], g: [1, 1, 4, 2] }, [makeNode('GridSample', ['x', 'g'], ['y'])], ['y']).net;
  expect(loweredParams(line.layers.at(-1))).toMatchObject({ permute_fusion: 1 });
  expect(line.shapes.get(line.layers.at(-1)?.bottoms[1] ?? '')).toEqual([2, 1, 4]);
  const volume = lowerNodes({ x: [1, 3, 5, 6, 7], g: [1, 2, 3, 4, 3] }, [makeNode('GridSample', ['x', 'g'], ['y'])], ['y']).net;
  expect(loweredParams(volume.layers.at(-1))).toMatchObject({ permute_fusion: 1 });
  expect(volume.shapes.get(volume.layers.at(-1)?.bottoms[1] ?? '')).toEqual([3, 2, 3, 4]);
});

it('rejects cubic sampling of a volume', () => {
  const volume = { x: [1, 3, 5, 6, 7], g: [1, 2, 2, 2, 3] };
  expect(() => lowerNodes(volume, [makeNode('GridSample', ['x', 'g'], ['y'], { mode: 'cubic' })], ['y'])).toThrow(/cubic/);
});

it('multiplies the identity grid by the matrix', () => {
  const { net } = lowerNodes({ theta: [1, 2, 3] }, [makeNode('AffineGrid', ['theta', 'size'], ['y'])], ['y'], {
    size: Tensor.int64([1, 3, 4, 5]),
  });
  expect(net.layers.map(({ type }) => type)).toEqual(expect.arrayContaining(['MemoryData', 'MatMul']));
  expect(net.layers.at(-1)?.type).toBe('Reshape');
});
