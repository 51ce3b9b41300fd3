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

it('scales dynamic axes symbolically', () => {
  const scales = constant(Tensor.float32([1, 1, 2, 0.5]));
  expect(shapeOf(['N', 3, 'H', 'W'], [undefined, scales])).toEqual(['N', 3, '2*H', 'floor(W/2)']);
});

it('uses known sizes as dimensions', () => {
  const sizes: Operand = { name: 's', dtype: 'int64', shape: [4], elements: ['N', 3, '2*H', 7] };
  expect(shapeOf(['N', 3, 'H', 'W'], [undefined, undefined, sizes])).toEqual(['N', 3, '2*H', 7]);
});

it('treats empty scales as missing', () => {
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

it('rejects a wrong number of scales', () => {
  expect(() => shapeOf([1, 2, 4, 7], [undefined, constant(Tensor.float32([2, 2]))])).toThrow(/expected 4 scales, got 2/);
});

/** A row of five squares, resized; the expected values are from onnxruntime. */
function resizedRow(scale: number, attributes: Readonly<Record<string, AttributeLiteral>>): readonly number[] {
  const x = Tensor.float32([0, 1, 4, 9, 16], [1, 5]);
  const operands = [constant(x), undefined, constant(Tensor.float32([1, scale]))];
  const node = new OperatorNode(makeNode('Resize', ['x', '', 'scales'], ['y'], attributes), operands);
  return [...(resizeOperators.Resize?.evaluate?.(node, [x])[0]?.toFloat64() ?? [])];
}

it.each([
  ['linear', 'align_corners', 0.5, [0, 16]],
  ['linear', 'align_corners', 1.5, [0, 0.66667, 2, 4, 7.33333, 11.33333, 16]],
  ['cubic', 'align_corners', 0.5, [0, 16]],
  ['cubic', 'align_corners', 1.5, [0, 0.35185, 1.77778, 4, 6.81481, 11.75926, 16]],
  ['nearest', 'align_corners', 1.5, [0, 1, 1, 4, 9, 9, 16]],
  ['linear', 'pytorch_half_pixel', 1.5, [0, 0.5, 1.5, 3.5, 6.5, 10.16667, 14.83333]],
  ['linear', 'pytorch_half_pixel', 0.3, [0]],
  ['linear', 'half_pixel', 0.3, [1.5]],
  ['cubic', 'half_pixel', 0.3, [1.43056]],
  ['linear', 'half_pixel', 1.1, [0, 1, 4, 9, 16]],
])('resizes by the whole output size: %s, %s, %d', (mode, coordinate_transformation_mode, scale, expected) => {
  const result = resizedRow(scale, { mode, coordinate_transformation_mode });
  expect(result.length).toBe(expected.length);
  for (const [index, value] of expected.entries()) expect(result[index]).toBeCloseTo(value, 4);
});
