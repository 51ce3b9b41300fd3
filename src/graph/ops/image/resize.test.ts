import { expect, it } from 'vitest';
import { type AttributeLiteral, makeNode } from '../../ir/graph.ts';
import { type Operand, OperatorNode } from '../../ir/operator.ts';
import { Tensor } from '../../ir/tensor.ts';
import { resizeOperators } from './resize.ts';

function shapeOf(
  x: readonly (number | string)[],
  operands: readonly (Operand | undefined)[],
  attributes: Readonly<Record<string, AttributeLiteral>> = {},
) {
  const node = new OperatorNode(makeNode('Resize', ['x', 'roi', 'scales', 'sizes'], ['y'], attributes), [
    { name: 'x', dtype: 'float32', shape: x },
    ...operands,
  ]);
  return resizeOperators.Resize?.infer(node)[0]?.shape;
}

function constant(tensor: Tensor): Operand {
  return { name: 'c', dtype: tensor.dtype, shape: tensor.shape, constant: tensor };
}

it('scales free axes symbolically', () => {
  const scales = constant(Tensor.float32([1, 1, 2, 0.5]));
  expect(shapeOf(['N', 3, 'H', 'W'], [undefined, scales])).toEqual(['N', 3, '2*H', 'floor(W/2)']);
});

it('takes sizes that are known as dimensions', () => {
  const sizes: Operand = { name: 's', dtype: 'int64', shape: [4], elements: ['N', 3, '2*H', 7] };
  expect(shapeOf(['N', 3, 'H', 'W'], [undefined, undefined, sizes])).toEqual(['N', 3, '2*H', 7]);
});

it('takes empty scales for ones left out', () => {
  const empty = constant(Tensor.of('float32', [0], new Float32Array(0)));
  expect(shapeOf([1, 4], [empty, empty, constant(Tensor.int64([2, 6]))])).toEqual([2, 6]);
});

it('keeps the aspect ratio', () => {
  const sizes = constant(Tensor.int64([9, 9]));
  const attributes = { axes: [2, 3], keep_aspect_ratio_policy: 'not_larger' };
  expect(shapeOf([1, 2, 4, 7], [undefined, undefined, sizes], attributes)).toEqual([1, 2, 5, 9]);
  expect(shapeOf([1, 2, 4, 7], [undefined, undefined, sizes], { ...attributes, keep_aspect_ratio_policy: 'not_smaller' })).toEqual([
    1, 2, 9, 16,
  ]);
});

it('rejects a number of scales that does not fit', () => {
  expect(() => shapeOf([1, 2, 4, 7], [undefined, constant(Tensor.float32([2, 2]))])).toThrow(/2 scales are given for 4 axes/);
});
