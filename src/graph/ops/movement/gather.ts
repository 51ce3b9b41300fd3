import { type Dimension, elementCount, type Shape } from '../../ir/dimension.ts';
import { OperatorError, type OperatorFamily } from '../../ir/operator.ts';
import type { Tensor } from '../../ir/tensor.ts';
import { changeOfAxis, layoutOfReduction } from '../rules/axes.ts';
import { layoutOfFirst } from '../rules/frame.ts';
import { ravel, selectAlong, selectAxes, sliceRange, strides, unravel } from './selection.ts';

/** Operators that select entries by index: `Gather`, `GatherElements`, `GatherND`, `Compress`. */
export const gatherOperators: OperatorFamily = {
  Gather: {
    elements: 'moved',
    lookup: { table: 0, indices: 1 },
    batch: (node, [data, indices]) => {
      const axis = node.axis(node.int('axis', 0), node.shape(0).length);
      if (data === undefined) return indices === undefined ? undefined : axis + indices;
      if (indices !== undefined || data === axis) return undefined;
      return data < axis ? data : data - 1 + node.shape(1).length;
    },
    // One entry of an axis, or a vector of entries.
    layout: (node, result) => {
      const { length: rank } = node.shape(0);
      const { length: indices } = node.shape(1);
      if (node.constant(0) !== undefined || indices > 1 || result.length !== rank - 1 + indices) return undefined;
      const axis = node.axis(node.int('axis', 0), rank);
      const rule = layoutOfFirst(node, rank, changeOfAxis(axis));
      return layoutOfReduction(rule, [axis], indices === 1);
    },
    infer: (node) => {
      const { dtype, shape } = node.input(0);
      const indices = node.input(1).shape;
      if (shape === undefined || indices === undefined) return [{ dtype, shape: undefined }];
      const axis = node.axis(node.int('axis', 0), shape.length);
      const result = [...shape.slice(0, axis), ...indices, ...shape.slice(axis + 1)];
      const elements = shape.length === 1 ? node.dimensions(0) : undefined;
      const picked = node.constant(1)?.toIntegers();
      if (elements === undefined || picked === undefined || result.length > 1) return [{ dtype, shape: result }];
      return [{ dtype, shape: result, elements: picked.map((index) => elements[wrapIndex(index, elements.length)] ?? 0) }];
    },
    evaluate: (node, [x, indices]) => {
      if (x === undefined || indices === undefined) return [];
      const axis = node.axis(node.int('axis', 0), x.shape.length);
      const size = x.shape[axis] ?? 1;
      const tables = x.shape.map((extent, index) =>
        index === axis ? indices.toIntegers().map((entry) => wrapIndex(entry, size)) : sliceRange(extent),
      );
      return [selectAxes(x, tables).reshape([...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)])];
    },
  },
  GatherElements: {
    elements: 'moved',
    infer: (node) => [{ dtype: node.input(0).dtype, shape: node.input(1).shape }],
    evaluate: (node, [x, indices]) => {
      if (x === undefined || indices === undefined) return [];
      const axis = node.axis(node.int('axis', 0), x.shape.length);
      return [selectAlong(x, indices.shape, elementSources(x.shape, indices, axis))];
    },
  },
  GatherND: {
    elements: 'moved',
    infer: (node) => {
      const { dtype, shape } = node.input(0);
      const indices = node.input(1).shape;
      const depth = indices?.at(-1);
      if (shape === undefined || indices === undefined || typeof depth !== 'number') return [{ dtype, shape: undefined }];
      const batch = node.int('batch_dims', 0);
      if (batch + depth > shape.length) throw new OperatorError('invalid', `${depth} indices for ${shape.length - batch} axes`);
      return [{ dtype, shape: [...indices.slice(0, -1), ...shape.slice(batch + depth)] }];
    },
    evaluate: (node, [x, indices]) => {
      if (x === undefined || indices === undefined) return [];
      const { rows, run } = rowSources(x.shape, indices, node.int('batch_dims', 0));
      const depth = indices.shape.at(-1) ?? 1;
      const shape = [...indices.shape.slice(0, -1), ...x.shape.slice(node.int('batch_dims', 0) + depth)];
      const sources = new Int32Array(rows.length * run);
      rows.forEach((row, index) => {
        for (let offset = 0; offset < run; offset++) sources[index * run + offset] = row * run + offset;
      });
      return [selectAlong(x, shape, sources)];
    },
  },
  Compress: {
    elements: 'moved',
    infer: (node) => {
      const { dtype, shape } = node.input(0);
      const axis = node.int('axis', undefined);
      const flags = node.constant(1)?.toIntegers();
      if (axis === undefined) return [{ dtype, shape: [flags ? flags.filter(Boolean).length : node.symbol(0)] }];
      if (shape === undefined) return [{ dtype, shape }];
      const along = node.axis(axis, shape.length);
      const count: Dimension = flags ? flags.filter(Boolean).length : node.symbol(along);
      return [{ dtype, shape: shape.map((size, index) => (index === along ? count : size)) }];
    },
    evaluate: (node, [x, condition]) => {
      if (x === undefined || condition === undefined) return [];
      const selected = condition.toIntegers().flatMap((flag, index) => (flag ? [index] : []));
      const axis = node.int('axis', undefined);
      if (axis === undefined) return [selectAlong(x, [selected.length], selected)];
      const along = node.axis(axis, x.shape.length);
      return [
        selectAxes(
          x,
          x.shape.map((size, index) => (index === along ? selected : sliceRange(size))),
        ),
      ];
    },
  },
};

/** An index counted from the front; throws if it is out of range. */
export function wrapIndex(index: number, size: number): number {
  const positive = index < 0 ? index + size : index;
  if (positive < 0 || positive >= size) throw new OperatorError('invalid', `index ${index} is outside of an axis of ${size}`);
  return positive;
}

/** For each index of GatherElements or ScatterElements, the flat position in `shape` that it refers to. */
export function elementSources(shape: readonly number[], indices: Tensor, axis: number): Int32Array {
  const entries = indices.toIntegers();
  const steps = strides(shape);
  const size = shape[axis] ?? 1;
  return Int32Array.from(entries, (entry, index) => {
    const place = unravel(index, indices.shape);
    return place.reduce((flat, at, along) => flat + (along === axis ? wrapIndex(entry, size) : at) * (steps[along] ?? 1), 0);
  });
}

/** The rows that the index tuples of GatherND or ScatterND refer to. A row is the `run` elements after the indexed axes. */
export function rowSources(shape: readonly number[], indices: Tensor, batch: number): { rows: Int32Array; run: number } {
  const depth = indices.shape.at(-1) ?? 1;
  const entries = indices.toIntegers();
  const indexed = shape.slice(0, batch + depth);
  const tuples = elementCount(indices.shape.slice(0, -1));
  const perBatch = tuples / Math.max(1, elementCount(shape.slice(0, batch)));
  const rows = Int32Array.from({ length: tuples }, (_, tuple) => {
    const place = unravel(Math.floor(tuple / perBatch), shape.slice(0, batch));
    for (let along = 0; along < depth; along++) {
      place.push(wrapIndex(entries[tuple * depth + along] ?? 0, shape[batch + along] ?? 1));
    }
    return ravel(place, indexed);
  });
  return { rows, run: elementCount(shape.slice(batch + depth)) };
}

/** Shape of the result of Gather. */
export function gatheredShape(shape: Shape, indices: Shape, axis: number): Shape {
  return [...shape.slice(0, axis), ...indices, ...shape.slice(axis + 1)];
}
