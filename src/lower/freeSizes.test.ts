import { expect, it } from 'vitest';
import { makeNode, type Node } from '../graph/ir/graph.ts';
import { Tensor } from '../graph/ir/tensor.ts';
import { loweredParams, lowerNodes } from './testing.ts';

/** `sizes` are those of `like` on the last two axes, and of `x` before them. */
const sizesLike: readonly Node[] = [
  makeNode('Shape', ['x'], ['front'], { end: 2 }),
  makeNode('Shape', ['like'], ['behind'], { start: 2 }),
  makeNode('Concat', ['front', 'behind'], ['sizes'], { axis: 0 }),
];
const inputs = { x: [1, 3, 'a', 'b'], like: [1, 8, 'h', 'w'] } as const;
const resize = (attributes: Readonly<Record<string, string>>): Node => makeNode('Resize', ['x', '', '', 'sizes'], ['y'], attributes);

it('resizes to the sizes of another blob at run time', () => {
  const { net, outputs } = lowerNodes(inputs, [...sizesLike, resize({ mode: 'linear' }), makeNode('Exp', ['like'], ['z'])], ['y', 'z']);
  const interp = net.layers.find(({ type }) => type === 'Interp');
  expect(interp?.bottoms).toEqual(['x', expect.stringMatching(/like|z/)]);
  expect(loweredParams(interp)).toEqual({ resize_type: 2, align_corner: 0, dynamic_target_size: 1 });
  expect(outputs[0]?.blobShape).toEqual([3, 'h', 'w']);
});

it('rejects interpolations that ncnn does not have', () => {
  expect(() => lowerNodes(inputs, [...sizesLike, resize({ mode: 'nearest', nearest_mode: 'ceil' })], ['y'])).toThrow(
    /nearest interpolation/,
  );
});

it('repeats a vector over dynamic axes by copying its elements', () => {
  const nodes = [makeNode('Shape', ['like'], ['shape']), makeNode('Expand', ['c', 'shape'], ['y'])];
  const c = Tensor.of('float32', [1, 8, 1, 1], new Float32Array(8));
  const { net, outputs } = lowerNodes({ like: [1, 8, 'h', 'w'] }, [...nodes, makeNode('Exp', ['like'], ['z'])], ['y', 'z'], { c });
  expect(net.layers.map(({ type }) => type)).toEqual(['Input', 'MemoryData', 'Interp', 'UnaryOp']);
  expect(loweredParams(net.layers[2])).toEqual({ resize_type: 1, dynamic_target_size: 1 });
  expect(outputs[0]?.blobShape).toEqual([8, 'h', 'w']);
});

it('repeats a dynamic axis before the last two as rows', () => {
  const nodes = [makeNode('Shape', ['x'], ['shape']), makeNode('Expand', ['c', 'shape'], ['y']), makeNode('Exp', ['x'], ['z'])];
  const c = Tensor.of('float32', [1, 1, 6, 4], new Float32Array(24));
  const { net, outputs } = lowerNodes({ x: [1, 'T', 6, 4] }, nodes, ['y', 'z'], { c });
  const interp = net.layers.find(({ type }) => type === 'Interp');
  expect(loweredParams(interp)).toMatchObject({ resize_type: 1, size_expr: expect.stringMatching(/^24,/) });
  expect(outputs[0]?.shape).toEqual([1, 'T', 6, 4]);
});

it('names the sizes that no blob has', () => {
  const nodes = [makeNode('Shape', ['like'], ['shape']), makeNode('Expand', ['c', 'shape'], ['y'])];
  const c = Tensor.of('float32', [1, 1, 1, 1, 1], new Float32Array(1));
  expect(() => lowerNodes({ like: ['a', 8, 'h', 'w'] }, nodes, ['y'], { c })).toThrow(/\[1,a,8,h,w\]/);
});

it('reads no size from the outermost axis of a blob, because ncnn packs it', () => {
  const nodes = [makeNode('Shape', ['x'], ['shape']), makeNode('Expand', ['c', 'shape'], ['y'])];
  const c = Tensor.of('float32', [1, 1, 6], new Float32Array(6));
  const { net, outputs } = lowerNodes({ x: [1, 'T', 6] }, [...nodes, makeNode('Exp', ['x'], ['z'])], ['y', 'z'], { c });
  const interp = net.layers.find(({ type }) => type === 'Interp');
  expect(interp?.bottoms).toEqual([expect.any(String), 'x']);
  expect(loweredParams(interp)).toEqual({ resize_type: 1, size_expr: '6,1h' });
  expect(outputs[0]?.blobShape).toEqual([1, 'T', 6]);
});

it('computes sizes from several blobs if no blob has both', () => {
  const nodes = [
    makeNode('Shape', ['a'], ['rows'], { start: 1, end: 2 }),
    makeNode('Shape', ['b'], ['columns'], { start: 1, end: 2 }),
    makeNode('Concat', ['rows', 'columns'], ['shape'], { axis: 0 }),
    makeNode('Expand', ['c', 'shape'], ['y']),
    makeNode('Exp', ['a'], ['z']),
    makeNode('Exp', ['b'], ['w']),
  ];
  const c = Tensor.of('float32', [1, 1], new Float32Array(1));
  const { net } = lowerNodes({ a: [1, 'R', 3], b: [1, 'C', 5] }, nodes, ['y', 'z', 'w'], { c });
  const interp = net.layers.find(({ type }) => type === 'Interp');
  expect(interp?.bottoms.slice(1)).toEqual(['b', 'a']);
  expect(loweredParams(interp)).toMatchObject({ size_expr: '1h,2h' });
});
