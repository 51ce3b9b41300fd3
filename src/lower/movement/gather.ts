import { type Dimension, elementCount, product } from '../../graph/dimension.ts';
import { OperatorError } from '../../graph/operator.ts';
import { elementSources, gatheredShape, rowSources, wrapIndex } from '../../graph/ops/movement/gather.ts';
import { axisSources, range, select } from '../../graph/ops/movement/selection.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { binary, unary, withScalar } from '../arithmetic.ts';
import type { Blob } from '../builder.ts';
import { weightOfTensor } from '../builder.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';
import { cropped } from './crop.ts';
import { type HeldTensor, heldOperand } from './grouping.ts';
import { permuted } from './permute.ts';
import { taken } from './take.ts';

/** Operators that take entries by index. Constant indices are cut out; a live index looks up rows of a constant table. */
export const gatherLowerings: LoweringFamily = {
  Gather: (node) => {
    const indices = node.constant(1);
    const shape = node.shape(0);
    const axis = node.axis(node.int('axis', 0), shape.length);
    if (indices !== undefined) return node.define(0, gathered(node, axis, indices).blob);
    const table = node.constant(0);
    if (table === undefined) throw liveIndex('Gather');
    return node.define(0, lookedUp(node, table, axis).blob);
  },
  GatherElements: (node) => {
    const indices = node.constant(1);
    if (indices === undefined) throw liveIndex('GatherElements');
    const shape = node.staticShape(0);
    const axis = node.axis(node.int('axis', 0), shape.length);
    const along = sameAlong(indices, shape, axis);
    if (along !== undefined) return node.define(0, taken(node, heldOperand(node, 0), axis, along).blob);
    return node.define(0, rowsTaken(node, shape, 1, elementSources(shape, indices, axis)));
  },
  GatherND: (node) => {
    const indices = node.constant(1);
    if (indices === undefined) throw liveIndex('GatherND');
    const shape = node.staticShape(0);
    const { rows, run } = rowSources(shape, indices, node.int('batch_dims', 0));
    node.define(0, rowsTaken(node, shape, run, rows));
  },
  Compress: (node) => {
    const kept = (node.constantIntegers(1) ?? []).flatMap((flag, index) => (flag ? [index] : []));
    const shape = node.staticShape(0);
    const axis = node.int('axis', undefined);
    if (axis === undefined) return node.define(0, rowsTaken(node, shape, 1, kept));
    return node.define(0, taken(node, heldOperand(node, 0), node.axis(axis, shape.length), kept).blob);
  },
};

function liveIndex(operator: string): OperatorError {
  return new OperatorError(
    'unsupported',
    `${operator} takes entries of a computed tensor at indices that are computed too, which ncnn has no layer for`,
    'If the indices come from an input, pin that with `const=NAME:VALUE`; otherwise cut the graph before this node with `output=NAME`.',
  );
}

function gathered(node: LoweringNode, axis: number, indices: Tensor): HeldTensor {
  const source = heldOperand(node, 0);
  const shape = gatheredShape(source.shape, indices.shape, axis);
  const size = source.shape[axis] ?? 1;
  const entries = indices.toIntegers();
  const [only] = entries;
  if (typeof size === 'string' && only !== undefined && entries.length === 1) {
    // Counted from either end a single entry is found whatever the size.
    const end = only === -1 ? undefined : only + 1;
    return { blob: cropped(node, source, [{ axis, start: only, end, size: 1 }]).blob, shape };
  }
  const wrapped = typeof size === 'number' ? entries.map((entry) => wrapIndex(entry, size)) : entries;
  return { blob: taken(node, source, axis, wrapped).blob, shape };
}

/** The indices, where they are the same for every place beside the axis and cover all of these. */
function sameAlong(indices: Tensor, shape: readonly number[], axis: number): readonly number[] | undefined {
  if (!shape.every((size, along) => along === axis || size === indices.shape[along])) return undefined;
  const entries = indices.toIntegers();
  const inner = elementCount(indices.shape.slice(axis + 1));
  const count = indices.shape[axis] ?? 1;
  const along = range(count).map((place) => entries[place * inner] ?? 0);
  const same = entries.every((entry, place) => entry === along[Math.floor(place / inner) % count]);
  return same ? along.map((entry) => wrapIndex(entry, shape[axis] ?? 1)) : undefined;
}

/** Rows of `run` elements each of the flat operand, in the order listed. */
function rowsTaken(node: LoweringNode, shape: readonly number[], run: number, rows: ArrayLike<number>): Blob {
  const flat = { blob: heldOperand(node, 0).blob, shape: [elementCount(shape) / run, run] };
  return taken(node, flat, 0, Array.from(rows)).blob;
}

/** Rows of a constant table at live indices. */
function lookedUp(node: LoweringNode, table: Tensor, axis: number): HeldTensor {
  const size = table.shape[axis] ?? 1;
  const [outer, inner] = [table.shape.slice(0, axis), table.shape.slice(axis + 1)];
  const indices = node.shape(1);
  const rows = rowsFirst(table, axis);
  const width = elementCount(outer) * elementCount(inner);
  const count = product(indices);
  const blob = node.holdsInt32(1) ? embedded(node, rows, size, width, count) : multiplied(node, rows, size, width, count);
  const order = [...range(outer.length, 1), 0, ...range(inner.length, outer.length + 1)];
  const moved = permuted(node, { blob, shape: [count, ...outer, ...inner] }, order);
  return { blob: moved.blob, shape: [...outer, ...indices, ...inner] };
}

/** The table with the axis looked up in front of all others. */
function rowsFirst(table: Tensor, axis: number): Tensor {
  if (axis === 0) return table;
  const flat = [elementCount(table.shape.slice(0, axis)), table.shape[axis] ?? 1, elementCount(table.shape.slice(axis + 1))] as const;
  const [outer, size, inner] = flat;
  const sources = axisSources(
    [outer, size, inner],
    flat.map((extent) => range(extent)),
  );
  const order = range(size).flatMap((row) =>
    range(outer).flatMap((block) => range(inner).map((place) => (block * size + row) * inner + place)),
  );
  return select(
    table,
    [size, outer * inner],
    order.map((place) => sources[place] ?? 0),
  );
}

function embedded(node: LoweringNode, rows: Tensor, size: number, width: number, count: Dimension): Blob {
  const params = { num_output: width, input_dim: size, bias_term: 0, weight_data_size: rows.size };
  return node.layer('Embed', [node.blob(1, [count])], params, [count, width], [weightOfTensor(rows)]);
}

/**
 * The table times the one-hot form of the indices, which are whole numbers held as floats. A row of zeros and a single
 * 1 picks a row of finite numbers without any rounding.
 */
function multiplied(node: LoweringNode, rows: Tensor, size: number, width: number, count: Dimension): Blob {
  if (rows.toFloat32().some((value) => !Number.isFinite(value))) {
    throw new OperatorError('unsupported', 'the table looked up at computed indices holds infinity or NaN');
  }
  const hot = oneHot(node, node.blob(1, [count, 1]), size, count);
  const table = node.constantBlob(rows.toFloat32(), [size, width], 'table');
  return node.layer('MatMul', [hot, table], {}, [count, width]);
}

/** One row for each index, with a 1 at the index and zeros elsewhere; negative indices count from the end. */
export function oneHot(node: LoweringNode, indices: Blob, size: number, count: Dimension): Blob {
  const isNegative = node.layer('Clip', [unary(node, 'NEG', indices)], { min: 0, max: 1 }, [count, 1]);
  const positive = binary(node, 'ADD', indices, withScalar(node, 'MUL', isNegative, size));
  const places = node.constantBlob(Float32Array.from(range(size)), [1, size], 'places');
  const distance = unary(node, 'ABS', binary(node, 'SUB', positive, places));
  return node.layer('ReLU', [withScalar(node, 'RSUB', distance, 1)], {}, [count, size]);
}
