import { integerOf } from '../../ir/numericTensor.ts';
import { type Operator, OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import { isFloat, type Tensor } from '../../ir/tensor.ts';
import { elementwise } from '../rules/elementwise.ts';
import { broadcastOperands, combine, type Pairwise } from './broadcast.ts';
import { addSizes, divideSizes, multiplySizes, remainderSize, subtractSizes, withSizes } from './sizes.ts';

/** Arithmetic on two operands with numpy broadcasting. Integers wrap, and integer division truncates. */
export const arithmeticOperators: OperatorFamily = {
  Add: arithmetic(() => ({ number: (a, b) => a + b, integer: (a, b) => a + b }), addSizes),
  Sub: arithmetic(() => ({ number: (a, b) => a - b, integer: (a, b) => a - b }), subtractSizes),
  Mul: arithmetic((_node, float) => ({ number: float ? (a, b) => a * b : wrappedProduct, integer: (a, b) => a * b }), multiplySizes),
  Div: arithmetic((_node, float) => (float ? { number: (a, b) => a / b } : { number: cutQuotient, integer: exactQuotient }), divideSizes),
  Mod: {
    ...elementwise,
    infer: (node) => {
      const type = { dtype: node.input(0).dtype, shape: broadcastOperands(node) };
      return [node.int('fmod', 0) === 0 ? withSizes(type, node, remainderSize) : type];
    },
    evaluate: (node, [a, b]) => (a && b ? [combine(a, b, a.dtype, remainder(node.int('fmod', 0) !== 0, isFloat(a.dtype)))] : []),
  },
  Pow: {
    ...elementwise,
    infer: (node) => [{ dtype: node.input(0).dtype, shape: broadcastOperands(node) }],
    evaluate: (_node, [a, b]) => (a && b ? [combine(a, b, a.dtype, power(a, b))] : []),
  },
};

function arithmetic(pairwise: (node: OperatorNode, float: boolean) => Pairwise, sizes: Parameters<typeof withSizes>[2]): Operator {
  return {
    ...elementwise,
    infer: (node) => [withSizes({ dtype: node.input(0).dtype, shape: broadcastOperands(node) }, node, sizes)],
    evaluate: (node, [a, b]) => (a && b ? [combine(a, b, a.dtype, pairwise(node, isFloat(a.dtype)))] : []),
  };
}

/** The low 32 bits of a product, which float64 cannot represent for large factors. */
function wrappedProduct(a: number, b: number): number {
  return Math.imul(a, b);
}

function cutQuotient(a: number, b: number): number {
  if (b === 0) throw divisionByZero();
  return Math.trunc(a / b);
}

function exactQuotient(a: bigint, b: bigint): bigint {
  if (b === 0n) throw divisionByZero();
  return a / b;
}

function divisionByZero(): OperatorError {
  return new OperatorError('invalid', 'an integer is divided by zero');
}

/** The remainder with the sign of the dividend (`cut`, C's fmod) or of the divisor (numpy's mod). */
function remainder(cut: boolean, float: boolean): Pairwise {
  return {
    number: (a, b) => {
      if (!float && b === 0) throw divisionByZero();
      const truncated = a % b;
      if (cut) return truncated;
      if (truncated === 0) return b < 0 || Object.is(b, -0) ? -0 : 0;
      return truncated < 0 === b < 0 ? truncated : truncated + b;
    },
    integer: (a, b) => {
      if (b === 0n) throw divisionByZero();
      const truncated = a % b;
      return cut || truncated === 0n || truncated < 0n === b < 0n ? truncated : truncated + b;
    },
  };
}

function power(base: Tensor, exponent: Tensor): Pairwise {
  if (isFloat(base.dtype)) return { number: realPower };
  if (isFloat(exponent.dtype)) {
    // Integer bases with real exponents are computed in float64 and truncated.
    const number = (a: number, b: number): number => Math.trunc(realPower(a, b));
    const exponents = exponent.toFloat64();
    if (!exponents.every(Number.isSafeInteger)) {
      return {
        number,
        integer: () => {
          throw new OperatorError('unsupported', `a power of ${base.dtype} with fractional exponents is not supported`);
        },
      };
    }
    return { number, integer: integerPower };
  }
  return { number: (a, b) => Number(BigInt.asIntN(32, integerPower(integerOf(a), integerOf(b)))), integer: integerPower };
}

/** C's pow: 1 to any power is 1, and -1 to an infinite power is 1. JavaScript returns NaN for both. */
function realPower(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && !Number.isFinite(exponent) && !Number.isNaN(exponent))) return 1;
  return base ** exponent;
}

function integerPower(base: bigint, exponent: bigint): bigint {
  if (exponent >= 0n) {
    // Only the wrapped digits matter beyond 64 bits, so the modulus keeps the numbers small.
    let result = 1n;
    let factor = base;
    for (let remaining = exponent; remaining > 0n; remaining >>= 1n) {
      if (remaining & 1n) result = BigInt.asIntN(64, result * factor);
      factor = BigInt.asIntN(64, factor * factor);
    }
    return result;
  }
  if (base === 1n) return 1n;
  if (base === -1n) return exponent % 2n === 0n ? 1n : -1n;
  if (base === 0n) throw new OperatorError('invalid', 'zero is raised to a negative power');
  return 0n;
}
