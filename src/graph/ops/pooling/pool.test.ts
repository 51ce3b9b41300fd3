import { expect, it } from 'vitest';
import { type AttributeLiteral, makeNode } from '../../ir/graph.ts';
import { OperatorNode } from '../../ir/operator.ts';
import { Tensor } from '../../ir/tensor.ts';
import { globalPoolOperators } from './global.ts';
import { poolOperators } from './pool.ts';
import { roiOperators } from './roi.ts';
import { unpoolOperators } from './unpool.ts';

const families = { ...poolOperators, ...globalPoolOperators, ...unpoolOperators, ...roiOperators };

function evaluate(operator: string, inputs: readonly Tensor[], attributes: Readonly<Record<string, AttributeLiteral>> = {}) {
  const operands = inputs.map((constant, index) => ({ name: `in${index}`, dtype: constant.dtype, shape: constant.shape, constant }));
  const names = operands.map(({ name }) => name);
  const node = new OperatorNode(makeNode(operator, names, ['y', 'z'], attributes), operands);
  return families[operator]?.evaluate?.(node, inputs) ?? [];
}

const row = Tensor.float32([1, 2, 3, 4, 5], [1, 1, 5]);

it('divides an average by the cell count of ONNX', () => {
  const attributes = { kernel_shape: [3], strides: [2], pads: [1, 0] };
  expect([...(evaluate('AveragePool', [row], attributes)[0]?.toFloat32() ?? [])]).toEqual([1.5, 3]);
  const counted = { ...attributes, count_include_pad: 1, ceil_mode: 1 };
  // The last window exceeds the end: one of its three cells is neither data nor padding.
  expect([...(evaluate('AveragePool', [row], counted)[0]?.toFloat32() ?? [])]).toEqual([1, 3, 4.5]);
});

it('rejects negative SAME padding', () => {
  const attributes = { kernel_shape: [1], auto_pad: 'SAME_UPPER' };
  expect(evaluate('MaxPool', [row], { ...attributes, strides: [2] })[0]?.toIntegers()).toEqual([1, 3, 5]);
  expect(() => evaluate('MaxPool', [Tensor.float32([1, 2, 3], [1, 1, 3])], { ...attributes, strides: [3] })).toThrow('would be negative');
});

it('returns the positions of maxima in the whole tensor, row-major or column-major', () => {
  const x = Tensor.float32([1, 2, 3, 9, 5, 6, 7, 8, 4, 1, 1, 1], [1, 2, 2, 3]);
  const attributes = { kernel_shape: [2, 2] };
  const [values, indices] = evaluate('MaxPool', [x], attributes);
  expect(values?.toIntegers()).toEqual([9, 6, 8, 8]);
  expect(indices?.toIntegers()).toEqual([3, 5, 7, 7]);
  expect(evaluate('MaxPool', [x], { ...attributes, storage_order: 1 })[1]?.toIntegers()).toEqual([1, 5, 8, 8]);
});

it('puts values back at their positions, also into a larger tensor', () => {
  const inputs = [Tensor.float32([7, 8], [1, 1, 1, 2]), Tensor.int64([1, 6], [1, 1, 1, 2])];
  const attributes = { kernel_shape: [2, 2], strides: [2, 2] };
  expect(evaluate('MaxUnpool', inputs, attributes)[0]?.toIntegers()).toEqual([0, 7, 0, 0, 0, 0, 8, 0]);
  const larger = evaluate('MaxUnpool', [...inputs, Tensor.int64([1, 1, 2, 5])], attributes)[0];
  expect(larger?.toIntegers()).toEqual([0, 7, 0, 0, 0, 0, 0, 8, 0, 0]);
});

it('pools all spatial axes', () => {
  const x = Tensor.float32([3, -4, 0, 0], [1, 2, 2]);
  expect(evaluate('GlobalLpPool', [x])[0]?.toIntegers()).toEqual([5, 0]);
  expect(evaluate('GlobalMaxPool', [x])[0]?.shape).toEqual([1, 2, 1]);
});

it('takes the maximum of each cell of a region', () => {
  const x = Tensor.float32(
    Array.from({ length: 16 }, (_, index) => index),
    [1, 1, 4, 4],
  );
  const rois = Tensor.float32([0, 0, 0, 3, 3], [1, 5]);
  expect(evaluate('MaxRoiPool', [x, rois], { pooled_shape: [2, 2] })[0]?.toIntegers()).toEqual([5, 7, 13, 15]);
});
