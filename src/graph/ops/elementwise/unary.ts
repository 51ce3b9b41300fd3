import { erf } from '../../../kernels/erf.ts';
import { roundHalfToEven } from '../../../kernels/rounding.ts';
import type { Operator, OperatorFamily } from '../../ir/operator.ts';
import { elementwise } from '../rules/elementwise.ts';
import { mapNumbers } from './map.ts';

/** Unary element-wise functions that keep the type: `Abs`, `Exp`, `Floor` … */
export const unaryOperators: OperatorFamily = {
  Abs: unary(Math.abs, (value) => (value < 0n ? -value : value)),
  Neg: unary(
    (value) => -value,
    (value) => -value,
  ),
  Sign: unary(Math.sign, (value) => (value > 0n ? 1n : value < 0n ? -1n : 0n)),
  Floor: unary(Math.floor),
  Ceil: unary(Math.ceil),
  Round: unary(roundHalfToEven),
  Sqrt: unary(Math.sqrt),
  Reciprocal: unary((value) => 1 / value),
  Exp: unary(Math.exp),
  Log: unary(Math.log),
  Sin: unary(Math.sin),
  Cos: unary(Math.cos),
  Tan: unary(Math.tan),
  Asin: unary(Math.asin),
  Acos: unary(Math.acos),
  Atan: unary(Math.atan),
  Sinh: unary(Math.sinh),
  Cosh: unary(Math.cosh),
  Tanh: unary(Math.tanh),
  Asinh: unary(Math.asinh),
  Acosh: unary(Math.acosh),
  Atanh: unary(Math.atanh),
  Erf: unary(erf),
};

function unary(compute: (value: number) => number, computeInteger?: (value: bigint) => bigint): Operator {
  return {
    ...elementwise,
    infer: (node) => [{ dtype: node.input(0).dtype, shape: node.input(0).shape }],
    evaluate: (_node, [x]) => (x === undefined ? [] : [mapNumbers(x, compute, computeInteger)]),
  };
}
