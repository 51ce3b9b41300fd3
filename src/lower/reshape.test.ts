import { expect, it } from 'vitest';
import { makeNode } from '../graph/ir/graph.ts';
import { Tensor } from '../graph/ir/tensor.ts';
import { planReshape } from './reshape.ts';
import { loweredParams, lowerNodes } from './testing.ts';

const blob = (...shape: readonly (number | string)[]) => ({ shape });

/** The last of some blobs that has an axis of a size. */
const among =
  (...blobs: readonly ReturnType<typeof blob>[]) =>
  (size: string) =>
    blobs.findLast(({ shape }) => shape.includes(size));

it('copies and infers sizes while that is enough', () => {
  expect(planReshape(blob(3, 'h', 'w'), [3, 'h*w'], among())).toEqual({ params: { w: -1, h: 3 }, measured: [] });
  expect(planReshape(blob(6, 'h', 'w'), [2, 3, 'h', 'w'], among()).params).toEqual({ w: 0, h: 0, d: 3, c: 2 });
});

it('takes sizes from the blob itself, then from the newest with them, and infers one', () => {
  const image = blob(3, 'h', 'w');
  const other = blob(8, 'h', 'w');
  expect(planReshape(blob(4, 'h*w'), [4, 'h', 'w'], among(image, other))).toEqual({ params: { shape_expr: '1w,1h,4' }, measured: [other] });
  expect(planReshape(blob('a', 'b', 'c'), ['b', 'c', 'a'], among())).toEqual({ params: { shape_expr: '0c,0w,0h' }, measured: [] });
  expect(planReshape(blob('4*a*b'), ['2*a', '2*b'], among(blob('a', 5)))).toEqual({
    params: { shape_expr: '-1,*(2,1h)' },
    measured: [blob('a', 5)],
  });
});

it('names a size that no blob has', () => {
  expect(() => planReshape(blob(4, 'h*w'), [4, 'h', 'w'], among())).toThrow(
    '[4,h*w] cannot be reshaped to [4,h,w] while h and w are dynamic',
  );
  expect(() => planReshape(blob(4, 'h'), [4, 'w'], among())).toThrow(/for some sizes of the dynamic axes the numbers of elements differ/);
});

it('splits rows of an image by the sizes of the image', () => {
  const nodes = [
    makeNode('Reshape', ['x', 'flat'], ['rows']),
    makeNode('MatMul', ['w', 'rows'], ['mixed']),
    makeNode('Shape', ['x'], ['shape'], { start: 2 }),
    makeNode('Concat', ['front', 'shape'], ['target'], { axis: 0 }),
    makeNode('Reshape', ['mixed', 'target'], ['y']),
  ];
  const weights = { flat: Tensor.int64([1, 4, -1]), front: Tensor.int64([1, 4]), w: Tensor.of('float32', [4, 4], new Float32Array(16)) };
  const { net, outputs } = lowerNodes({ x: [1, 4, 'h', 'w'] }, nodes, ['y'], weights);
  const last = net.layers.at(-1);
  expect(last?.bottoms).toEqual([expect.anything(), 'x']);
  expect(loweredParams(last)).toEqual({ shape_expr: '1w,1h,4' });
  expect(outputs[0]?.blobShape).toEqual([4, 'h', 'w']);
});
