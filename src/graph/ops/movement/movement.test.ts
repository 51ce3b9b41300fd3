import { expect, it } from 'vitest';
import { type AttributeLiteral, makeNode } from '../../ir/graph.ts';
import { OperatorNode } from '../../ir/operator.ts';
import { Tensor } from '../../ir/tensor.ts';
import { operators } from '../index.ts';

function evaluate(operator: string, inputs: readonly (Tensor | undefined)[], attributes: Record<string, AttributeLiteral> = {}): Tensor {
  const names = inputs.map((tensor, index) => (tensor ? `x${index}` : ''));
  const operands = inputs.map(
    (constant, index) => constant && { name: `x${index}`, dtype: constant.dtype, shape: constant.shape, constant },
  );
  const result = operators.get(operator)?.evaluate?.(new OperatorNode(makeNode(operator, names, ['y'], attributes), operands), inputs)[0];
  if (result === undefined) throw new Error(`${operator} gave nothing`);
  return result;
}

const x = Tensor.int64([0, 1, 2, 3, 4, 5], [2, 3]);
const words = Tensor.of('string', [3], ['a', 'b', 'c']);

it('transposes tensors', () => {
  const y = evaluate('Transpose', [x]);
  expect(y.shape).toEqual([3, 2]);
  expect(y.toIntegers()).toEqual([0, 3, 1, 4, 2, 5]);
});

it('slices with negative steps and clamps the bounds', () => {
  const slice = (start: number, end: number, step: number) =>
    evaluate('Slice', [x, Tensor.int64([start]), Tensor.int64([end]), Tensor.int64([1]), Tensor.int64([step])]).toIntegers();
  expect(slice(-1, -1000, -2)).toEqual([2, 0, 5, 3]);
  expect(slice(1, 1000, 1)).toEqual([1, 2, 4, 5]);
  expect(slice(2, 1, 1)).toEqual([]);
});

it('moves strings and integers beyond 2^53 exactly', () => {
  expect(evaluate('Gather', [words, Tensor.int64([-1, 0])]).values()).toEqual(['c', 'a']);
  expect(evaluate('Concat', [words, words], { axis: 0 }).values()).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
  const large = Tensor.int64([9007199254740993n]);
  expect(evaluate('Tile', [large, Tensor.int64([2])]).values()).toEqual(BigInt64Array.of(9007199254740993n, 9007199254740993n));
});

it.each([
  ['constant', [-1, 0, 1, 2, -1]],
  ['edge', [0, 0, 1, 2, 2]],
  ['reflect', [1, 0, 1, 2, 1]],
  ['wrap', [2, 0, 1, 2, 0]],
])('pads with mode %s', (mode, expected) => {
  const value = mode === 'constant' ? Tensor.int64([-1], []) : undefined;
  expect(evaluate('Pad', [Tensor.int64([0, 1, 2]), Tensor.int64([1, 1]), value], { mode }).toIntegers()).toEqual(expected);
});

it('pads some axes and crops by negative amounts', () => {
  const y = evaluate('Pad', [x, Tensor.int64([1, -1]), undefined, Tensor.int64([-1])]);
  expect(y.shape).toEqual([2, 3]);
  expect(y.toIntegers()).toEqual([0, 0, 1, 0, 3, 4]);
});

it('scatters with a reduction, one update after the other', () => {
  const y = evaluate('ScatterND', [Tensor.int64([1, 2, 3]), Tensor.int64([0, 2, 0], [3, 1]), Tensor.int64([10, 20, 30])], {
    reduction: 'add',
  });
  expect(y.toIntegers()).toEqual([41, 2, 23]);
});

it('rejects what the operator does not allow', () => {
  expect(() => evaluate('Gather', [x, Tensor.int64([2])])).toThrow('index 2 is outside of an axis of 2');
  expect(() => evaluate('Squeeze', [x, Tensor.int64([0])])).toThrow('axis 0 of [2,3] is not 1');
  expect(() => evaluate('Reshape', [x, Tensor.int64([4, -1])])).toThrow('6 elements cannot be reshaped to [4,-1]');
  expect(() => evaluate('Transpose', [x], { perm: [0, 0] })).toThrow('[0,0] is not a permutation of 2 axes');
});

it('unfolds an image into columns and sums them back', () => {
  const image = Tensor.float32([1, 2, 3, 4, 5, 6], [1, 1, 2, 3]);
  const columns = evaluate('ncnn:Im2Col', [image], { kernel_shape: [2, 2], pads: [0, 0, 0, 1] });
  expect(columns.shape).toEqual([1, 4, 3]);
  expect([...columns.toFloat64()]).toEqual([1, 2, 3, 2, 3, 0, 4, 5, 6, 5, 6, 0]);
  const sums = evaluate('Col2Im', [columns, Tensor.int64([2, 3]), Tensor.int64([2, 2])], { pads: [0, 0, 0, 1] });
  expect([...sums.toFloat64()]).toEqual([1, 4, 6, 4, 10, 12]);
});
