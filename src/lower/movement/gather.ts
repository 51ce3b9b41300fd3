import { type Dimension, elementCount, product } from '../../graph/ir/dimension.ts';
import type { Tensor } from '../../graph/ir/tensor.ts';
import { elementSources, gatheredShape, rowSources, wrapIndex } from '../../graph/ops/movement/gather.ts';
import { axisSources, selectAlong, sliceRange, strides, unravel } from '../../graph/ops/movement/selection.ts';
import { binary, reduceAxis, withScalar } from '../arithmetic.ts';
import type { DraftBlob } from '../builder.ts';
import { weightOfTensor } from '../builder.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';
import { cropped } from './crop.ts';
import { operandBlob, type TensorBlob } from './grouping.ts';
import { chosenRows, counted, oneHot } from './lookup.ts';
import { taken } from './take.ts';
import { permuted } from './transpose.ts';

/** Operators that select elements by index. Constant indices become crops and slices; dynamic indices become comparisons or lookups. */
export const gatherLowerings: LoweringFamily = {
  Gather: (node) => {
    const indices = node.constant(1);
    const shape = node.shape(0);
    const axis = node.axis(node.int('axis', 0), shape.length);
    if (indices !== undefined) return node.define(0, gathered(node, axis, indices).blob);
    node.define(0, lookedUp(node, axis).blob);
  },
  GatherElements: (node) => {
    const indices = node.constant(1);
    const shape = node.staticShape(0);
    const axis = node.axis(node.int('axis', 0), shape.length);
    if (indices === undefined) return node.define(0, elementsLookedUp(node, shape, axis));
    const along = sameAlong(indices, shape, axis);
    if (along !== undefined) return node.define(0, taken(node, operandBlob(node, 0), axis, along).blob);
    return node.define(0, rowsTaken(node, shape, 1, elementSources(shape, indices, axis)));
  },
  GatherND: (node) => {
    const indices = node.constant(1);
    const shape = node.staticShape(0);
    if (indices === undefined) return node.define(0, tuplesLookedUp(node, shape, node.int('batch_dims', 0)));
    const { rows, run } = rowSources(shape, indices, node.int('batch_dims', 0));
    node.define(0, rowsTaken(node, shape, run, rows));
  },
  Compress: (node) => {
    const selected = (node.constantIntegers(1) ?? []).flatMap((flag, index) => (flag ? [index] : []));
    const shape = node.staticShape(0);
    const axis = node.int('axis', undefined);
    if (axis === undefined) return node.define(0, rowsTaken(node, shape, 1, selected));
    return node.define(0, taken(node, operandBlob(node, 0), node.axis(axis, shape.length), selected).blob);
  },
};

function gathered(node: LoweringNode, axis: number, indices: Tensor): TensorBlob {
  const source = operandBlob(node, 0);
  const shape = gatheredShape(source.shape, indices.shape, axis);
  const size = source.shape[axis] ?? 1;
  const entries = indices.toIntegers();
  const [only] = entries;
  if (typeof size === 'string' && only !== undefined && entries.length === 1) {
    // A single element can be counted from either end, so it is found for any size.
    const end = only === -1 ? undefined : only + 1;
    return { blob: cropped(node, source, [{ axis, start: only, end, size: 1 }]).blob, shape };
  }
  const wrapped = typeof size === 'number' ? entries.map((entry) => wrapIndex(entry, size)) : entries;
  return { blob: taken(node, source, axis, wrapped).blob, shape };
}

/** The indices along the axis, if they are the same at every position of the other axes and cover all of these. */
function sameAlong(indices: Tensor, shape: readonly number[], axis: number): readonly number[] | undefined {
  if (!shape.every((size, along) => along === axis || size === indices.shape[along])) return undefined;
  const entries = indices.toIntegers();
  const inner = elementCount(indices.shape.slice(axis + 1));
  const count = indices.shape[axis] ?? 1;
  const along = sliceRange(count).map((place) => entries[place * inner] ?? 0);
  const same = entries.every((entry, place) => entry === along[Math.floor(place / inner) % count]);
  return same ? along.map((entry) => wrapIndex(entry, shape[axis] ?? 1)) : undefined;
}

/** The listed rows of the flattened operand, with `run` elements per row. */
function rowsTaken(node: LoweringNode, shape: readonly number[], run: number, rows: ArrayLike<number>): DraftBlob {
  const flat = { blob: operandBlob(node, 0).blob, shape: [elementCount(shape) / run, run] };
  return taken(node, flat, 0, Array.from(rows)).blob;
}

/** Elements of an axis at dynamic indices: rows of a constant table or of a computed tensor. */
function lookedUp(node: LoweringNode, axis: number): TensorBlob {
  const shape = node.staticShape(0);
  const table = node.constant(0);
  const size = shape[axis] ?? 1;
  const [outer, inner] = [shape.slice(0, axis), shape.slice(axis + 1)];
  const indices = node.shape(1);
  const width = elementCount(outer) * elementCount(inner);
  const count = product(indices);
  const allFinite = table?.toFloat32().every(Number.isFinite) ?? false;
  let blob: DraftBlob;
  if (table !== undefined && node.holdsInt32(1)) blob = embedded(node, rowsFirst(table, axis), size, width, count);
  else if (table !== undefined && allFinite) blob = multiplied(node, rowsFirst(table, axis), size, width, count);
  else {
    const front = [axis, ...sliceRange(outer.length), ...sliceRange(inner.length, axis + 1)];
    const rows = permuted(node, operandBlob(node, 0), front).blob;
    blob = chosenRows(node, rows, counted(node, node.blob(1, [count, 1]), size), size, width, count);
  }
  const order = [...sliceRange(outer.length, 1), 0, ...sliceRange(inner.length, outer.length + 1)];
  const moved = permuted(node, { blob, shape: [count, ...outer, ...inner] }, order);
  return { blob: moved.blob, shape: [...outer, ...indices, ...inner] };
}

/** GatherElements with dynamic indices: each index selects one element of the flattened operand. */
function elementsLookedUp(node: LoweringNode, shape: readonly number[], axis: number): DraftBlob {
  const indices = node.staticShape(1);
  const count = elementCount(indices);
  const steps = strides(shape);
  const beside = Float32Array.from({ length: count }, (_, position) =>
    unravel(position, indices).reduce((flat, at, along) => flat + (along === axis ? 0 : at * (steps[along] ?? 1)), 0),
  );
  const along = withScalar(node, 'MUL', counted(node, node.blob(1, [count, 1]), shape[axis] ?? 1), steps[axis] ?? 1);
  const flat = binary(node, 'ADD', along, node.constantBlob(beside, [count, 1], 'beside'));
  return chosenRows(node, operandBlob(node, 0).blob, flat, elementCount(shape), 1, count);
}

/** GatherND with dynamic indices: each tuple selects one row of the operand, whose rows are the axes after the indexed ones. */
function tuplesLookedUp(node: LoweringNode, shape: readonly number[], batch: number): DraftBlob {
  const indices = node.staticShape(1);
  const depth = indices.at(-1) ?? 1;
  const count = elementCount(indices.slice(0, -1));
  const rows = elementCount(shape.slice(0, batch + depth));
  const samples = elementCount(shape.slice(0, batch));
  const sizes = shape.slice(batch, batch + depth);
  const sizesBlob = node.constantBlob(Float32Array.from(sizes), [1, depth], 'sizes');
  const stepsBlob = node.constantBlob(Float32Array.from(strides(sizes)), [1, depth], 'steps');
  const parts = binary(node, 'MUL', counted(node, node.blob(1, [count, depth]), sizesBlob), stepsBlob);
  const within = depth === 1 ? parts : reduceAxis(node, 'SUM', parts, 1);
  const starts = Float32Array.from({ length: count }, (_, tuple) => Math.floor((tuple * samples) / count) * elementCount(sizes));
  const flat = samples === 1 ? within : binary(node, 'ADD', within, node.constantBlob(starts, [count, 1], 'samples'));
  return chosenRows(node, operandBlob(node, 0).blob, flat, rows, elementCount(shape) / rows, count);
}

/** The table with the indexed axis moved to the front. */
function rowsFirst(table: Tensor, axis: number): Tensor {
  if (axis === 0) return table;
  const flat = [elementCount(table.shape.slice(0, axis)), table.shape[axis] ?? 1, elementCount(table.shape.slice(axis + 1))] as const;
  const [outer, size, inner] = flat;
  const sources = axisSources(
    [outer, size, inner],
    flat.map((extent) => sliceRange(extent)),
  );
  const order = sliceRange(size).flatMap((row) =>
    sliceRange(outer).flatMap((block) => sliceRange(inner).map((place) => (block * size + row) * inner + place)),
  );
  return selectAlong(
    table,
    [size, outer * inner],
    order.map((place) => sources[place] ?? 0),
  );
}

function embedded(node: LoweringNode, rows: Tensor, size: number, width: number, count: Dimension): DraftBlob {
  const params = { num_output: width, input_dim: size, bias_term: 0, weight_data_size: rows.size };
  return node.layer('Embed', [node.blob(1, [count])], params, [count, width], [weightOfTensor(rows)]);
}

/** The one-hot form of the indices times the table. A row of zeros and a single 1 selects finite numbers without rounding. */
function multiplied(node: LoweringNode, rows: Tensor, size: number, width: number, count: Dimension): DraftBlob {
  const hot = oneHot(node, counted(node, node.blob(1, [count, 1]), size), size);
  const table = node.constantBlob(rows.toFloat32(), [size, width], 'table');
  return node.layer('MatMul', [hot, table], {}, [count, width]);
}
