import type { GraphBuilder } from '../../../graph/ir/builder.ts';
import { OperatorError } from '../../../graph/ir/operator.ts';
import { Tensor } from '../../../graph/ir/tensor.ts';
import { boolValue, type DimensionValue, describeValue, floatValue, intValue, type TorchValue } from '../values/value.ts';

/** An operand of arithmetic on Python numbers. */
type Operand = { readonly kind: 'int'; readonly value: bigint } | { readonly kind: 'float'; readonly value: number };

type Integers = (left: bigint, right: bigint) => bigint | number | boolean;
type Floats = (left: number, right: number) => number | boolean;

/** An operation on numbers with Python's semantics: on integers, on floats, and as the operator of the graph that computes it on sizes. */
interface Operation {
  readonly integers: Integers;
  readonly floats: Floats;
  /** The operator for dynamic integers; operations without one need known sizes. */
  readonly graph?: string;
}

const operations: Readonly<Record<string, Operation>> = {
  add: { integers: (a, b) => a + b, floats: (a, b) => a + b, graph: 'Add' },
  sub: { integers: (a, b) => a - b, floats: (a, b) => a - b, graph: 'Sub' },
  mul: { integers: (a, b) => a * b, floats: (a, b) => a * b, graph: 'Mul' },
  // Sizes are not negative, so truncating is rounding down.
  floordiv: { integers: floorDivide, floats: (a, b) => Math.floor(nonZero(a, b) / b), graph: 'Div' },
  truediv: { integers: (a, b) => Number(a) / Number(divisor(b)), floats: (a, b) => nonZero(a, b) / b },
  mod: { integers: (a, b) => a - floorDivide(a, b) * b, floats: (a, b) => a - Math.floor(nonZero(a, b) / b) * b, graph: 'Mod' },
  pow: { integers: (a, b) => (b < 0n ? Number(a) ** Number(b) : a ** limited(b)), floats: (a, b) => a ** b },
  min: { integers: smaller, floats: Math.min, graph: 'Min' },
  max: { integers: (a, b) => -smaller(-a, -b), floats: Math.max, graph: 'Max' },
  eq: { integers: (a, b) => a === b, floats: (a, b) => a === b },
  ne: { integers: (a, b) => a !== b, floats: (a, b) => a !== b },
  lt: { integers: (a, b) => a < b, floats: (a, b) => a < b },
  le: { integers: (a, b) => a <= b, floats: (a, b) => a <= b },
  gt: { integers: (a, b) => a > b, floats: (a, b) => a > b },
  ge: { integers: (a, b) => a >= b, floats: (a, b) => a >= b },
  and: { integers: (a, b) => a & b, floats: refuseFloats },
  or: { integers: (a, b) => a | b, floats: refuseFloats },
  xor: { integers: (a, b) => a ^ b, floats: refuseFloats },
  lshift: { integers: (a, b) => a << limited(b), floats: refuseFloats },
  rshift: { integers: (a, b) => a >> limited(b), floats: refuseFloats },
};

const unaryOperations: Readonly<Record<string, (value: number | bigint) => number | bigint | boolean>> = {
  neg: (value) => -value,
  pos: (value) => value,
  abs: (value) => (value < 0 ? -value : value),
  not: (value) => Number(value) === 0,
  ceil: (value) => integerPart(value, Math.ceil),
  floor: (value) => integerPart(value, Math.floor),
  trunc: (value) => integerPart(value, Math.trunc),
  round: (value) => integerPart(value, roundToEven),
  int: (value) => integerPart(value, Math.trunc),
  bool: (value) => Number(value) !== 0,
};

/** Functions of the module `math` that return a float. */
const floatFunctions: Readonly<Record<string, (value: number) => number>> = {
  float: (value) => value,
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: Math.log,
  log2: Math.log2,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
};

/** Maximum exponent or shift of an integer, so that a single number cannot fill the memory. */
const maxExponent = 1024n;

/**
 * The result of an operation on Python numbers. The graph computes dynamic integers. Throws `OperatorError` if the operation is unknown or
 * not defined for its operands.
 */
export function computeScalars(operation: string, operands: readonly TorchValue[], graph: GraphBuilder): TorchValue {
  const dynamic = operands.find((operand) => operand.kind === 'dimension');
  if (dynamic !== undefined) return computeSizes(operation, operands, graph);
  const numbers = operands.map(operandOf);
  const [first, second] = numbers;
  if (first === undefined) throw new OperatorError('invalid', `${operation} has no operands`);
  const unary = unaryOperations[operation];
  if (second === undefined && unary !== undefined) return wrap(unary(first.value));
  const real = floatFunctions[operation];
  if (second === undefined && real !== undefined) return floatValue(real(Number(first.value)));
  const binary = operations[operation];
  if (binary === undefined || second === undefined)
    throw new OperatorError('unsupported', `the operation ${operation} on numbers is not supported`);
  if (first.kind === 'int' && second.kind === 'int') {
    const result = binary.integers(first.value, second.value);
    const bothBools = operands.every(({ kind }) => kind === 'bool') && ['and', 'or', 'xor'].includes(operation);
    return bothBools ? boolValue(result !== 0n) : wrap(result);
  }
  return wrap(binary.floats(Number(first.value), Number(second.value)));
}

function computeSizes(operation: string, operands: readonly TorchValue[], graph: GraphBuilder): TorchValue {
  const [only] = operands;
  if (operands.length === 1 && only?.kind === 'dimension') {
    if (['int', 'pos', 'abs', 'ceil', 'floor', 'trunc', 'round'].includes(operation)) return only;
    if (operation === 'neg') return sizeOf(graph.emit('Neg', [only.value]), graph);
  }
  const [left, right] = operands;
  if (operation === 'eq' && left?.kind === 'dimension' && right?.kind === 'dimension' && left.dimension === right.dimension)
    return boolValue(true);
  const operator = operations[operation]?.graph;
  const isWhole = operands.every(({ kind }) => kind === 'int' || kind === 'dimension' || kind === 'bool');
  if (operator === undefined || !isWhole) {
    throw new OperatorError('shape', `${operation} of ${operands.map(describeValue).join(' and ')} depends on dynamic axes`);
  }
  return sizeOf(
    graph.emit(
      operator,
      operands.map((operand) => scalarOf(operand, graph)),
    ),
    graph,
  );
}

/** An integer of the graph as a value of the program. */
function sizeOf(value: string, graph: GraphBuilder): TorchValue {
  const constant = graph.constantOf(value);
  if (constant !== undefined) return intValue(constant.scalar());
  const [dimension] = graph.typeOf(value)?.elements ?? [];
  if (typeof dimension === 'string') return { kind: 'dimension', dimension, value } satisfies DimensionValue;
  if (dimension !== undefined) return intValue(dimension);
  throw new OperatorError('shape', `the size "${value}" is computed when the net runs`);
}

function scalarOf(operand: TorchValue, graph: GraphBuilder): string {
  if (operand.kind === 'dimension') return operand.value;
  return graph.constant(Tensor.int64([BigInt(operandOf(operand).value)], []));
}

function operandOf(value: TorchValue): Operand {
  switch (value.kind) {
    case 'int':
    case 'bool':
      return { kind: 'int', value: BigInt(value.value) };
    case 'float':
      return value;
    default:
      throw new OperatorError('unsupported', `arithmetic on ${describeValue(value)} is not supported`);
  }
}

function wrap(value: number | bigint | boolean): TorchValue {
  if (typeof value === 'boolean') return boolValue(value);
  return typeof value === 'bigint' ? intValue(BigInt.asIntN(64, value)) : floatValue(value);
}

function smaller(a: bigint, b: bigint): bigint {
  // Math.min does not accept bigint.
  if (a < b) return a;
  return b;
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / divisor(b);
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

function divisor(value: bigint): bigint {
  if (value === 0n) throw new OperatorError('invalid', 'an integer is divided by zero');
  return value;
}

function nonZero(dividend: number, by: number): number {
  if (by === 0) throw new OperatorError('invalid', 'a number is divided by zero');
  return dividend;
}

function limited(exponent: bigint): bigint {
  if (exponent < 0n || exponent > maxExponent) throw new OperatorError('limit', `the exponent ${exponent} is not from 0 to ${maxExponent}`);
  return exponent;
}

function integerPart(value: number | bigint, round: (value: number) => number): bigint {
  if (typeof value === 'bigint') return value;
  const rounded = round(value);
  if (!Number.isFinite(rounded)) throw new OperatorError('invalid', `${value} is not an integer`);
  return BigInt(rounded);
}

/** Python rounds halves to the even neighbor. */
function roundToEven(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

function refuseFloats(): never {
  throw new OperatorError('invalid', 'the operation is for integers only');
}
