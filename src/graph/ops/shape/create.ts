import { elementCount, isStatic } from '../../ir/dimension.ts';
import type { ValueType } from '../../ir/graph.ts';
import { freeShape } from '../../ir/limits.ts';
import { integerOf } from '../../ir/numericTensor.ts';
import { OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import { allocate, type DataType, Tensor } from '../../ir/tensor.ts';
import { elementType } from './elementType.ts';

/** Operators that create a tensor from a shape: `Constant`, `ConstantOfShape`, `Range`, `EyeLike`. */
export const createOperators: OperatorFamily = {
  Constant: {
    infer: (node) => {
      const { dtype, shape } = constantValue(node);
      return [{ dtype, shape }];
    },
    evaluate: (node) => [constantValue(node)],
  },
  ConstantOfShape: {
    shapeInput: 0,
    infer: (node) => {
      const dtype = node.tensor('value')?.dtype ?? 'float32';
      const shape = node.dimensions(0);
      if (shape !== undefined) {
        const [count] = shape;
        const value = node.tensor('value');
        // Exporters often create target shapes of Expand as a vector of ones.
        if (shape.length === 1 && typeof count === 'number' && (dtype === 'int64' || dtype === 'int32') && value && count <= 64) {
          return [{ dtype, shape, elements: Array.from({ length: count }, () => value.toIntegers()[0] ?? 0) }];
        }
        return [{ dtype, shape }];
      }
      const rank = node.input(0).shape?.[0];
      return [{ dtype, shape: typeof rank === 'number' ? freeShape(node, rank) : undefined }];
    },
    evaluate: (node, [target]) => {
      if (target === undefined) return [];
      const value = node.tensor('value');
      return [filled(value?.dtype ?? 'float32', target.toIntegers(), value)];
    },
  },
  Range: {
    infer: (node) => {
      const [start, limit, delta] = [0, 1, 2].map((index) => node.dimensions(index)?.[0]);
      const { dtype } = node.input(0);
      if (isFraction(dtype) && !node.constant(0)) return [{ dtype, shape: [node.symbol(0)] }];
      const known = [0, 1, 2].every((index) => node.constant(index) !== undefined);
      if (known) return [{ dtype, shape: [rangeSize([0, 1, 2].map((index) => node.constant(index)?.scalar() ?? 0))] }];
      return [{ dtype, shape: [start === 0 && delta === 1 && limit !== undefined ? limit : node.symbol(0)] }];
    },
    evaluate: (_node, [start, limit, delta]) => {
      if (start === undefined || limit === undefined || delta === undefined || start.dtype === 'string') return [];
      const size = rangeSize([start.scalar(), limit.scalar(), delta.scalar()]);
      const result = allocate(start.dtype, size);
      const [first, step] = [start.values()[0], delta.values()[0]];
      if (result instanceof BigInt64Array || result instanceof BigUint64Array) {
        for (let index = 0; index < size; index++) result[index] = integerOf(first ?? 0) + BigInt(index) * integerOf(step ?? 0);
      } else for (let index = 0; index < size; index++) result[index] = start.scalar() + index * delta.scalar();
      return [Tensor.of(start.dtype, [size], result)];
    },
  },
  EyeLike: {
    infer: (node): readonly ValueType[] => [{ dtype: elementType(node, 'dtype') ?? node.input(0).dtype, shape: node.input(0).shape }],
    evaluate: (node, [x]) => (x === undefined ? [] : [eye(node, x.shape, elementType(node, 'dtype') ?? x.dtype)]),
  },
};

/** The matrix of EyeLike: ones on the k-th diagonal. */
export function eye(node: OperatorNode, shape: readonly number[], dtype: DataType): Tensor {
  const [rows, columns] = shape;
  if (rows === undefined || columns === undefined || shape.length !== 2 || dtype === 'string') {
    throw new OperatorError('invalid', `EyeLike makes a matrix of numbers, not ${dtype} [${shape.join(',')}]`);
  }
  const shift = node.int('k', 0);
  const result = allocate(dtype, rows * columns);
  for (let row = 0; row < rows; row++) {
    const column = row + shift;
    if (column < 0 || column >= columns) continue;
    result[row * columns + column] = result instanceof BigInt64Array || result instanceof BigUint64Array ? 1n : 1;
  }
  return Tensor.of(dtype, shape, result);
}

function filled(dtype: DataType, shape: readonly number[], value: Tensor | undefined): Tensor {
  if (!isStatic(shape) || shape.some((size) => size < 0)) throw new OperatorError('invalid', `[${shape.join(',')}] is not a shape`);
  const entry = value?.values()[0] ?? 0;
  if (dtype === 'string') {
    return Tensor.of(
      dtype,
      shape,
      Array.from({ length: elementCount(shape) }, () => String(entry)),
    );
  }
  const result = allocate(dtype, elementCount(shape));
  if (result instanceof BigInt64Array || result instanceof BigUint64Array) result.fill(integerOf(entry));
  else result.fill(Number(entry));
  return Tensor.of(dtype, shape, result);
}

function constantValue(node: OperatorNode): Tensor {
  const tensor = node.tensor('value');
  if (tensor !== undefined) return tensor;
  const ints = node.ints('value_ints', undefined);
  if (ints !== undefined) return Tensor.int64(ints);
  const floats = node.floats('value_floats', undefined);
  if (floats !== undefined) return Tensor.float32(floats, [floats.length]);
  const strings = node.strings('value_strings', undefined);
  if (strings !== undefined) return Tensor.of('string', [strings.length], strings);
  const text = node.string('value_string', undefined);
  if (text !== undefined) return Tensor.of('string', [], [text]);
  const number = node.float('value_float', undefined);
  if (number !== undefined) return Tensor.float32([number], []);
  const integer = node.int('value_int', undefined);
  if (integer !== undefined) return Tensor.int64([integer], []);
  throw new OperatorError('unsupported', 'the form of the constant is not supported');
}

function isFraction(dtype: DataType): boolean {
  return dtype === 'float32' || dtype === 'float64' || dtype === 'float16' || dtype === 'bfloat16';
}

function rangeSize([start = 0, limit = 0, delta = 1]: readonly number[]): number {
  const size = Math.ceil((limit - start) / delta);
  if (delta === 0 || Number.isNaN(size)) throw new OperatorError('invalid', `steps of ${delta} never reach ${limit} from ${start}`);
  return Math.max(0, size);
}
