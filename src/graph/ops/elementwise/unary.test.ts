import { expect, it } from 'vitest';
import { makeNode } from '../../ir/graph.ts';
import { OperatorNode } from '../../ir/operator.ts';
import { Tensor } from '../../ir/tensor.ts';
import { unaryOperators } from './unary.ts';

function evaluate(operator: string, x: Tensor): readonly number[] {
  const node = new OperatorNode(makeNode(operator, ['x'], ['y']), [{ name: 'x', dtype: x.dtype, shape: x.shape, constant: x }]);
  return unaryOperators[operator]?.evaluate?.(node, [x])[0]?.toIntegers() ?? [];
}

it('rounds halves to even', () => {
  expect(evaluate('Round', Tensor.float32([-1.5, -0.5, 0.5, 1.5, 2.5, 2.6]))).toEqual([-2, 0, 0, 2, 2, 3]);
});

it('keeps int64 exact', () => {
  const x = Tensor.int64([-9007199254740993n]);
  const node = new OperatorNode(makeNode('Abs', ['x'], ['y']), []);
  expect(unaryOperators.Abs?.evaluate?.(node, [x])[0]?.values()).toEqual(BigInt64Array.of(9007199254740993n));
});
