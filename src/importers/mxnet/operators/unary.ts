import { OperatorError } from '../../../graph/ir/operator.ts';
import type { ConvertOperator, OperatorRules, SymbolOperator } from '../operator.ts';

const plain =
  (operator: string): ConvertOperator =>
  (node) =>
    node.emit(operator, [node.input(0)]);

/** Applies an operator with a scalar as the second operand. */
function scaled(node: SymbolOperator, operator: string, value: string, number: number): string {
  return node.emit(operator, [value, node.scalarLike(number, value)]);
}

/** Unary functions that have another name in ONNX, or are composed of several operators. */
export const unaryOperatorRules: OperatorRules = {
  abs: plain('Abs'),
  sign: plain('Sign'),
  floor: plain('Floor'),
  ceil: plain('Ceil'),
  negative: plain('Neg'),
  _negative: plain('Neg'),
  reciprocal: plain('Reciprocal'),
  sqrt: plain('Sqrt'),
  exp: plain('Exp'),
  log: plain('Log'),
  sin: plain('Sin'),
  cos: plain('Cos'),
  tan: plain('Tan'),
  arcsin: plain('Asin'),
  arccos: plain('Acos'),
  arctan: plain('Atan'),
  sinh: plain('Sinh'),
  cosh: plain('Cosh'),
  tanh: plain('Tanh'),
  arcsinh: plain('Asinh'),
  arccosh: plain('Acosh'),
  arctanh: plain('Atanh'),
  erf: plain('Erf'),
  square: (node) => node.emit('Mul', [node.input(0), node.input(0)]),
  rsqrt: (node) => node.emit('Reciprocal', [node.emit('Sqrt', [node.input(0)])]),
  cbrt: cubeRoot,
  rcbrt: (node) => node.emit('Reciprocal', [cubeRoot(node)]),
  expm1: (node) => scaled(node, 'Sub', node.emit('Exp', [node.input(0)]), 1),
  log1p: (node) => node.emit('Log', [scaled(node, 'Add', node.input(0), 1)]),
  log2: (node) => scaled(node, 'Mul', node.emit('Log', [node.input(0)]), Math.LOG2E),
  log10: (node) => scaled(node, 'Mul', node.emit('Log', [node.input(0)]), Math.LOG10E),
  degrees: (node) => scaled(node, 'Mul', node.input(0), 180 / Math.PI),
  radians: (node) => scaled(node, 'Mul', node.input(0), Math.PI / 180),
  // `rint` rounds halves down, `round` rounds them away from zero.
  rint: (node) => node.emit('Ceil', [scaled(node, 'Sub', node.input(0), 0.5)]),
  round: (node) => towardsZero(node, scaled(node, 'Add', node.emit('Abs', [node.input(0)]), 0.5)),
  fix: (node) => towardsZero(node, node.emit('Abs', [node.input(0)])),
  trunc: (node) => towardsZero(node, node.emit('Abs', [node.input(0)])),
  _contrib_div_sqrt_dim: (node) => {
    const size = node.shapeOf(node.input(0)).at(-1);
    if (typeof size !== 'number') throw new OperatorError('shape', 'the size of the last axis is unknown');
    return scaled(node, 'Div', node.input(0), Math.sqrt(size));
  },
  _contrib_quadratic: (node) => {
    const { attributes } = node;
    const x = node.input(0);
    const square = scaled(node, 'Mul', node.emit('Mul', [x, x]), attributes.number('a', 0));
    const sum = node.emit('Add', [square, scaled(node, 'Mul', x, attributes.number('b', 0))]);
    return scaled(node, 'Add', sum, attributes.number('c', 0));
  },
  Cast: cast,
  cast,
  amp_cast: cast,
};

/** float16 and float64 are computed as float32, as in ncnn. */
function cast(node: SymbolOperator): string {
  const words = ['float32', 'float64', 'float16', 'bfloat16', 'int8', 'uint8', 'int32', 'int64', 'bool'] as const;
  const dtype = node.attributes.choice('dtype', words, 'float32');
  const to = dtype.includes('float') ? 'float32' : dtype;
  return node.dtype(node.input(0)) === to ? node.input(0) : node.emit('Cast', [node.input(0)], { to });
}

function cubeRoot(node: SymbolOperator): string {
  const x = node.input(0);
  return node.emit('Mul', [node.emit('Sign', [x]), scaled(node, 'Pow', node.emit('Abs', [x]), 1 / 3)]);
}

function towardsZero(node: SymbolOperator, size: string): string {
  return node.emit('Mul', [node.emit('Sign', [node.input(0)]), node.emit('Floor', [size])]);
}
