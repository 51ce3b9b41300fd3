import { pinOrFixShapes } from '../../diagnostics/remedies.ts';
import { type Dimension, elementCount, isStatic, product, type Shape } from '../../graph/ir/dimension.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import { isFloat } from '../../graph/ir/tensor.ts';
import { reducedShape } from '../../graph/ops/reduction/lanes.ts';
import { range, reductionAxes } from '../../graph/ops/reduction/reduce.ts';
import { poolingCodes, reductionCodes } from '../../net/layers/codes.ts';
import type { BlobShape } from '../../net/net.ts';
import { groupLike } from '../broadcast.ts';
import { binaryTerm, defineTerm, dynamicTerm, type Term, term, unaryTerm } from '../elementwise/formula.ts';
import { integerQuotient } from '../elementwise/integers.ts';
import type { TensorBlob } from '../movement/grouping.ts';
import type { Lowering, LoweringFamily, LoweringNode } from '../node.ts';
import { defaultBlobShape } from '../views.ts';

type Operation = keyof typeof reductionCodes;

/** Reductions over any axes, as Reduction layers. */
export const reduceLowerings: LoweringFamily = {
  ReduceSum: reduction('SUM', 0),
  ReduceMean: reduction('MEAN', Number.NaN),
  ReduceMax: reduction('MAX'),
  ReduceMin: reduction('MIN'),
  ReduceProd: reduction('PROD', 1),
  ReduceL1: reduction('L1', 0),
  ReduceL2: reduction('L2', 0),
  ReduceSumSquare: reduction('SUMSQ', 0),
  ReduceLogSum: reduction('LogSum', Number.NEGATIVE_INFINITY),
  ReduceLogSumExp: reduction('LogSumExp', Number.NEGATIVE_INFINITY),
};

/** `empty` is the result of reducing no elements; by default it is the limit of the type's range. */
function reduction(operation: Operation, empty?: number): Lowering {
  return (node) => {
    const shape = node.shape(0);
    const { dtype } = node.input(0);
    const axes = reductionAxes(node, shape.length);
    if (axes === undefined) {
      throw new OperatorError('unsupported', 'the axes of a reduction must be constant', pinOrFixShapes);
    }
    const keepdims = node.int('keepdims', 1) !== 0;
    if (product(shape) === 0) return defineEmpty(node, empty ?? range(dtype)[operation === 'MAX' ? 0 : 1]);
    const x = term(node, 0);
    if (isFloat(dtype)) return defineTerm(node, 0, reducedSafely(node, operation, x, axes, keepdims));
    const sizes = axes.map((axis) => shape[axis] ?? 1);
    if (operation === 'MEAN' && isStatic(sizes)) {
      return defineTerm(node, 0, integerQuotient(node, reduced(node, 'SUM', x, axes, keepdims), elementCount(sizes), dtype, 'cut'));
    }
    const result = reducedSafely(node, operation, x, axes, keepdims);
    const whole = ['SUM', 'MAX', 'MIN', 'PROD', 'L1', 'SUMSQ'].includes(operation);
    defineTerm(node, 0, whole ? result : unaryTerm(node, 'TRUNC', result));
  };
}

function defineEmpty(node: LoweringNode, value: number): void {
  const shape = node.outputShape();
  if (!isStatic(shape) || elementCount(shape) === 0) throw new OperatorError('unsupported', 'ncnn has no tensors without elements');
  const sizes = defaultBlobShape(shape).map(Number);
  node.define(0, node.filled(value, sizes, 'nothing'));
}

/** A reduction. LogSumExp is computed relative to the largest element to avoid overflow. */
function reducedSafely(node: LoweringNode, operation: Operation, x: Term, axes: readonly number[], keepdims: boolean): Term {
  if (operation === 'MAX' || operation === 'MEAN') {
    return pooledRows(node, operation, x, axes, keepdims) ?? reduced(node, operation, x, axes, keepdims);
  }
  if (operation !== 'LogSumExp') return reduced(node, operation, x, axes, keepdims);
  const maximum = reduced(node, 'MAX', x, axes);
  const shifted = reduced(node, 'LogSumExp', binaryTerm(node, 'SUB', x, maximum), axes);
  return binaryTerm(node, 'ADD', shifted, maximum);
}

interface Axis {
  readonly size: Dimension;
  readonly axis: number;
  readonly reduced: boolean;
}

/** How partial results are combined if one layer cannot reduce all axes. */
const secondStages: Partial<Record<Operation, Operation>> = { L1: 'SUM', ASUM: 'SUM', SUMSQ: 'SUM' };

/** The operation that a reduction applies to a single element. */
const singles: Partial<Record<Operation, 'ABS' | 'SQUARE' | 'LOG'>> = { L1: 'ABS', ASUM: 'ABS', L2: 'ABS', SUMSQ: 'SQUARE', LogSum: 'LOG' };

/** A Reduction over axes of the N-D tensor, which are kept with size 1 unless `keepdims` is false. Dynamic axes may be reduced. */
export function reduced(node: LoweringNode, operation: Operation, x: Term, axes: readonly number[], keepdims = true): TensorBlob {
  const { blob, shape } = dynamicTerm(node, x);
  const items = shape.map((size, axis): Axis => ({ size, axis, reduced: axes.includes(axis) })).filter(({ size }) => size !== 1);
  const result = reducedShape(shape, axes, keepdims);
  if (items.every((item) => !item.reduced)) {
    const single = singles[operation];
    return single === undefined ? { blob, shape: result } : { blob: unaryTerm(node, single, { blob, shape }).blob, shape: result };
  }
  const groups = groupsOf(items, [blob.shape, defaultBlobShape(shape)]);
  if (groups.length > 4) return inStages(node, operation, { blob, shape }, groups, axes, keepdims);
  const flags = groups.map(([first]) => first?.reduced ?? false);
  const sizes: BlobShape = groups.map((group) => product(group.map(({ size }) => size)));
  const resultShape: BlobShape = keepdims ? sizes.map((size, at) => (flags[at] ? 1 : size)) : sizes.filter((_, at) => !flags[at]);
  const all = flags.every(Boolean);
  const params = {
    operation: reductionCodes[operation].code,
    reduce_all: all ? 1 : 0,
    ...(all ? {} : { axes: flags.flatMap((flag, at) => (flag ? [at] : [])) }),
    keepdims: keepdims ? 1 : 0,
    fixbug0: 1,
  };
  const top = node.layer('Reduction', [node.view(blob, sizes)], params, resultShape.length === 0 ? [1] : resultShape);
  return { blob: top, shape: result };
}

/**
 * The maxima or means along the last axes. Pooling starts with the first element, while Reduction starts with the lowest finite number and
 * thus gives a wrong result for a row that is entirely -infinity, as in attention masks. Means use Pooling only if the blob already has the
 * planes, because other tools detect the end of a classifier by it. Returns `undefined` if other axes are reduced.
 */
function pooledRows(
  node: LoweringNode,
  operation: 'MAX' | 'MEAN',
  x: Term,
  axes: readonly number[],
  keepdims: boolean,
): TensorBlob | undefined {
  const { blob, shape } = dynamicTerm(node, x);
  const first = Math.min(...axes);
  const after = shape.slice(first);
  const sizes = after.filter((size, at) => size !== 1 && axes.includes(first + at));
  if (sizes.length === 0 || sizes.length < after.filter((size) => size !== 1).length) return undefined;
  const rows = product(shape.slice(0, first));
  const [outermost] = blob.shape;
  const planes = blob.shape.length === 3 && outermost === rows;
  if (operation === 'MEAN' && !planes) return undefined;
  const params = { pooling_type: poolingCodes[operation === 'MEAN' ? 'AVE' : 'MAX'].code, global_pooling: 1 };
  const view = planes ? blob.shape : [rows, 1, product(sizes)];
  return { blob: node.layer('Pooling', [node.view(blob, view)], params, [rows]), shape: reducedShape(shape, axes, keepdims) };
}

/** Groups of axes that are all reduced or all kept: as in one of the given blob shapes if possible, else merged. */
function groupsOf(items: readonly Axis[], views: readonly BlobShape[]): readonly (readonly Axis[])[] {
  const uniform = (run: readonly Axis[]): boolean => run.every((item) => item.reduced === run[0]?.reduced);
  for (const view of views) {
    const groups = groupLike(items, ({ size }) => size, view, uniform);
    if (groups !== undefined) return groups;
  }
  const groups: Axis[][] = [];
  for (const item of items) {
    const last = groups.at(-1);
    if (last?.[0]?.reduced === item.reduced) last.push(item);
    else groups.push([item]);
  }
  return groups;
}

/** Reduces the last three groups of axes first, and the others afterwards. */
function inStages(
  node: LoweringNode,
  operation: Operation,
  x: TensorBlob,
  groups: readonly (readonly Axis[])[],
  axes: readonly number[],
  keepdims: boolean,
): TensorBlob {
  const tail = groups.slice(-3).flatMap((group) => group.filter((item) => item.reduced).map(({ axis }) => axis));
  const first = reduced(node, operation === 'LogSum' ? 'SUM' : operation, x, tail);
  const second = reduced(
    node,
    secondStages[operation] ?? operation,
    first,
    axes.filter((axis) => !tail.includes(axis)),
  );
  return { blob: second.blob, shape: reducedShape(x.shape, axes, keepdims) };
}

/** A tensor axis as a blob axis that is not merged with any other axis. */
export interface AxisView {
  readonly blob: TensorBlob['blob'];
  readonly at: number;
}

/** A view of a tensor in which one axis of a size other than 1 is separate: the stored shape if possible. */
export function axisView(node: LoweringNode, x: Term, axis: number): AxisView {
  const { blob, shape } = dynamicTerm(node, x);
  const groups = groupsAround(shape, axis, [blob.shape, defaultBlobShape(shape)]);
  const at = groups.findIndex((group) => group.some((item) => item.reduced));
  return {
    blob: node.view(
      blob,
      groups.map((group) => product(group.map(({ size }) => size))),
    ),
    at,
  };
}

function groupsAround(shape: Shape, axis: number, views: readonly BlobShape[]): readonly (readonly Axis[])[] {
  const items = shape.map((size, index): Axis => ({ size, axis: index, reduced: index === axis })).filter(({ size }) => size !== 1);
  return groupsOf(items, views);
}
