import { expect, it } from 'vitest';
import { type AttributeLiteral, float, makeNode } from '../../ir/graph.ts';
import { OperatorNode } from '../../ir/operator.ts';
import { Tensor } from '../../ir/tensor.ts';
import { determinantOperators } from './determinant.ts';
import { einsumOperators } from './einsum.ts';
import { gemmOperators } from './gemm.ts';
import { matmulOperators, matmulPlan } from './matmul.ts';

const families = { ...matmulOperators, ...gemmOperators, ...einsumOperators, ...determinantOperators };

function evaluate(operator: string, inputs: readonly Tensor[], attributes: Readonly<Record<string, AttributeLiteral>> = {}) {
  const operands = inputs.map((constant, index) => ({ name: `in${index}`, dtype: constant.dtype, shape: constant.shape, constant }));
  const names = operands.map(({ name }) => name);
  const node = new OperatorNode(makeNode(operator, names, ['y'], attributes), operands);
  return families[operator]?.evaluate?.(node, inputs)[0];
}

it('drops the axis added to a vector for the product', () => {
  expect(matmulPlan(['B', 3, 4], [4]).output).toEqual(['B', 3]);
  expect(matmulPlan([4], [2, 4, 5]).output).toEqual([2, 5]);
  expect(() => matmulPlan([2, 3], [4, 5])).toThrow('[2,3] and [4,5] cannot be multiplied');
});

it('broadcasts the batch axes of a product', () => {
  const y = evaluate('MatMul', [Tensor.float32([1, 2, 3, 4], [2, 1, 1, 2]), Tensor.float32([1, 10, 2, 20], [2, 2, 1])]);
  expect(y?.shape).toEqual([2, 2, 1, 1]);
  expect(y?.toIntegers()).toEqual([21, 42, 43, 86]);
});

it('multiplies int64 exactly', () => {
  const y = evaluate('MatMul', [Tensor.int64([9007199254740993n], [1, 1]), Tensor.int64([3n], [1, 1])]);
  expect(y?.values()).toEqual(BigInt64Array.of(27021597764222979n));
});

it('scales the product and C apart', () => {
  const inputs = [Tensor.float32([1, 2, 3, 4], [2, 2]), Tensor.float32([1, 2], [1, 2]), Tensor.float32([100, 200], [2, 1])];
  const y = evaluate('Gemm', inputs, { transA: 1, transB: 1, alpha: float(2), beta: float(0.5) });
  expect(y?.toIntegers()).toEqual([14 + 50, 20 + 100]);
});

it('rejects a C that would enlarge the result', () => {
  const inputs = [Tensor.float32([1], [1, 1]), Tensor.float32([1], [1, 1]), Tensor.float32([1, 2], [2, 1])];
  expect(() => evaluate('Gemm', inputs)).toThrow('cannot be broadcast to [1,1]');
});

it('evaluates sums, diagonals and the ellipsis of Einsum', () => {
  const matrix = Tensor.float32([1, 2, 3, 4], [2, 2]);
  expect(evaluate('Einsum', [matrix], { equation: 'ii' })?.toIntegers()).toEqual([5]);
  expect(evaluate('Einsum', [matrix], { equation: 'ii->i' })?.toIntegers()).toEqual([1, 4]);
  expect(evaluate('Einsum', [matrix], { equation: 'ba' })?.toIntegers()).toEqual([1, 3, 2, 4]);
  const stacked = Tensor.float32([1, 2, 3, 4], [2, 1, 2]);
  const y = evaluate('Einsum', [stacked, matrix], { equation: '...ij, jk -> ...ik' });
  expect(y?.shape).toEqual([2, 1, 2]);
  expect(y?.toIntegers()).toEqual([7, 10, 15, 22]);
});

it('computes the determinant of each matrix', () => {
  const y = evaluate('Det', [Tensor.float32([0, 2, 3, 4, 1, 0, 0, 5], [2, 2, 2])]);
  expect(y?.shape).toEqual([2]);
  expect([...(y?.toFloat32() ?? [])]).toEqual([-6, 5]);
});
