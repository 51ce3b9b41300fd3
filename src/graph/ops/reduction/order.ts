import type { Dimension } from '../../ir/dimension.ts';
import { integerOf } from '../../ir/numericTensor.ts';
import { OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import { allocate, type DataType, Tensor } from '../../ir/tensor.ts';
import type { Element } from '../elementwise/broadcast.ts';
import { alongAxis } from '../rules/axes.ts';
import { operandSize, sortCost } from '../rules/cost.ts';
import { lanes } from './lanes.ts';

/** Operators that sort: the largest elements along an axis, and the unique elements. */
export const orderOperators: OperatorFamily = {
  TopK: {
    cost: (node) => sortCost(operandSize(node, 0)),
    ...alongAxis(-1),
    infer: (node) => {
      const { dtype, shape } = node.input(0);
      if (shape === undefined)
        return [
          { dtype, shape },
          { dtype: 'int64', shape },
        ];
      const axis = node.axis(node.int('axis', -1), shape.length);
      const k: Dimension = node.dimensions(1)?.[0] ?? node.symbol('k');
      checkCount(k, shape[axis]);
      const result = shape.map((size, index) => (index === axis ? k : size));
      return [
        { dtype, shape: result },
        { dtype: 'int64', shape: result },
      ];
    },
    evaluate: (node, [x, k]) => (x && k ? topK(node, x, k.scalar()) : []),
  },
  Unique: {
    cost: (node) => sortCost(operandSize(node, 0)),
    infer: (node) => {
      const { dtype, shape } = node.input(0);
      const axis = node.int('axis', undefined);
      const count = node.symbol('unique');
      const distinct = axis === undefined ? [count] : shape?.map((size, index) => (index === node.axis(axis, shape.length) ? count : size));
      const along = axis === undefined || shape === undefined ? undefined : shape[node.axis(axis, shape.length)];
      const inverse = along ?? (shape && axis === undefined ? node.symbol('elements') : undefined);
      return [
        { dtype, shape: distinct },
        { dtype: 'int64', shape: [count] },
        { dtype: 'int64', shape: inverse === undefined ? undefined : [inverse] },
        { dtype: 'int64', shape: [count] },
      ];
    },
    evaluate: (node, [x]) => (x ? unique(node, x) : []),
  },
};

/** Throws {@link OperatorError} if `k` exceeds the number of elements on an axis. */
export function checkCount(k: Dimension, size: Dimension | undefined): void {
  if (typeof k === 'string' || (Number.isSafeInteger(k) && k >= 0 && (typeof size !== 'number' || k <= size))) return;
  throw new OperatorError('invalid', `${k} elements cannot be taken of an axis of ${size}`);
}

function topK(node: OperatorNode, x: Tensor, k: number): readonly Tensor[] {
  const axis = node.axis(node.int('axis', -1), x.shape.length);
  const direction = node.int('largest', 1) !== 0 ? -1 : 1;
  const values = x.values();
  const { count, length, at } = lanes(x.shape, [axis]);
  checkCount(k, length);
  const shape = x.shape.map((size, index) => (index === axis ? k : size));
  const target = lanes(shape, [axis]);
  const picked = new Uint32Array(count * k);
  const indices = new BigInt64Array(count * k);
  for (let lane = 0; lane < count; lane++) {
    const element = (index: number): Element => values[at(lane, index)] ?? 0;
    // The sort is stable, so equal elements stay in the order of their indices.
    const sorted = Array.from({ length }, (_, index) => index).sort((left, right) => direction * order(element(left), element(right)));
    for (let rank = 0; rank < k; rank++) {
      const index = sorted[rank] ?? 0;
      picked[target.at(lane, rank)] = at(lane, index);
      indices[target.at(lane, rank)] = BigInt(index);
    }
  }
  return [pick(x, shape, picked), Tensor.of('int64', shape, indices)];
}

function unique(node: OperatorNode, x: Tensor): readonly Tensor[] {
  const declared = node.int('axis', undefined);
  const flat = declared === undefined;
  const axis = flat ? 0 : node.axis(declared, x.shape.length);
  const shape = flat ? [x.size] : x.shape;
  const others = shape.map((_, index) => index).filter((index) => index !== axis);
  const { count, length, at } = lanes(shape, others);
  const values = x.values();
  const compareSlices = (left: number, right: number): number => {
    for (let element = 0; element < length; element++) {
      const sign = order(values[at(left, element)] ?? 0, values[at(right, element)] ?? 0);
      if (sign !== 0) return sign;
    }
    return 0;
  };
  const sorted = Array.from({ length: count }, (_, index) => index).sort((left, right) => compareSlices(left, right) || left - right);
  let groups: { first: number; members: number[] }[] = [];
  for (const slice of sorted) {
    const group = groups.at(-1);
    if (group !== undefined && compareSlices(group.first, slice) === 0) group.members.push(slice);
    else groups.push({ first: slice, members: [slice] });
  }
  if (node.int('sorted', 1) === 0) groups = groups.sort((left, right) => left.first - right.first);
  const inverse = new BigInt64Array(count);
  for (const [place, { members }] of groups.entries()) for (const member of members) inverse[member] = BigInt(place);
  const result = shape.map((size, index) => (index === axis ? groups.length : size));
  const target = lanes(result, others);
  const picked = new Uint32Array(groups.length * length);
  for (const [place, { first }] of groups.entries()) {
    for (let element = 0; element < length; element++) picked[target.at(place, element)] = at(first, element);
  }
  return [
    pick(x, result, picked),
    Tensor.int64(groups.map(({ first }) => first)),
    Tensor.of('int64', [count], inverse),
    Tensor.int64(groups.map(({ members }) => members.length)),
  ];
}

/** NaN sorts above all numbers, as in numpy. */
function order(left: Element, right: Element): number {
  if (left < right) return -1;
  if (left > right) return 1;
  return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
}

/** A tensor of selected elements of another one. */
function pick(x: Tensor, shape: readonly number[], indices: Uint32Array): Tensor {
  const values = x.values();
  const dtype: DataType = x.dtype;
  if (dtype === 'string')
    return Tensor.of(
      dtype,
      shape,
      Array.from(indices, (index) => String(values[index])),
    );
  const result = allocate(dtype, indices.length);
  if (result instanceof BigInt64Array || result instanceof BigUint64Array) {
    indices.forEach((from, index) => {
      result[index] = integerOf(values[from] ?? 0);
    });
  } else {
    indices.forEach((from, index) => {
      result[index] = Number(values[from]);
    });
  }
  return Tensor.of(dtype, shape, result);
}
