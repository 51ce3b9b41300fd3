import type { GraphBuilder } from '../../ir/builder.ts';
import type { Node } from '../../ir/graph.ts';
import type { GraphView } from '../../ir/graphIndex.ts';
import { resolveSlice, sliceBounds } from '../../ops/movement/slice.ts';
import { splitSizes } from '../../ops/movement/split.ts';
import type { Rewrite } from '../rewrite.ts';

/**
 * Slices and single entries that together cover an axis are the results of one Split. The first one creates the Split, which the others
 * then use.
 */
export const joinSlices: Rewrite = {
  name: 'join-slices',
  operators: ['Slice', 'Gather'],
  match: (node, graph) => {
    const part = partOf(node, graph);
    const [source = ''] = node.inputs;
    if (part === undefined) return undefined;
    const readers = graph.readers(source);
    for (const split of readers) {
      const name = split.operator === 'Split' ? resultOf(split, part, graph) : undefined;
      if (name !== undefined) return (edit) => taken(edit, part, name);
    }
    // Only the first part examines all parts, so that many parts cost no more than one.
    if (readers.find((reader) => partOf(reader, graph)?.axis === part.axis) !== node) return undefined;
    const parts = readers.flatMap((reader) => partOf(reader, graph) ?? []).filter(({ axis }) => axis === part.axis);
    const distinct = [...new Map(parts.map((other) => [`${other.start} ${other.size}`, other])).values()];
    const sorted = distinct.sort((left, right) => left.start - right.start);
    const size = graph.typeOf(source)?.shape?.[part.axis];
    const end = sorted.reduce((reached, other) => (other.start === reached ? reached + other.size : Number.NaN), 0);
    if (sorted.length < 2 || end !== size) return undefined;
    const own = sorted.findIndex(({ start }) => start === part.start);
    return (edit) => {
      const sizes = edit.integers(
        sorted.map((other) => other.size),
        'sizes',
      );
      return taken(edit, part, edit.emitAll('Split', [source, sizes], sorted.length, { axis: part.axis }, 'part')[own] ?? '');
    };
  },
};

/** A range of entries along one axis that is the result of a node. */
interface Part {
  readonly axis: number;
  readonly start: number;
  readonly size: number;
  /** Whether the axis of the single entry is removed. */
  readonly squeezed: boolean;
  /** The value of the part. */
  readonly name: string;
}

function partOf(node: Node, graph: GraphView): Part | undefined {
  const [source] = node.inputs;
  const type = graph.typeOf(source);
  const [name = ''] = node.outputs;
  // Vectors of sizes are computed at conversion time and not by ncnn.
  if (type?.shape === undefined || type.elements !== undefined || graph.constantOf(source) !== undefined) return undefined;
  const { shape } = type;
  const view = graph.view(node);
  if (node.operator === 'Gather') {
    const index = graph.constantOf(node.inputs[1]);
    const axis = view.axis(view.int('axis', 0), shape.length);
    const size = shape[axis];
    if (index?.size !== 1 || index.shape.length > 1 || typeof size !== 'number') return undefined;
    const entry = index.scalar();
    return { axis, start: entry < 0 ? entry + size : entry, size: 1, squeezed: index.shape.length === 0, name };
  }
  if (node.operator !== 'Slice') return undefined;
  const [bound, ...others] = sliceBounds(view, shape.length) ?? [];
  const size = bound && shape[bound.axis];
  if (bound === undefined || others.length > 0 || typeof size !== 'number') return undefined;
  const slice = resolveSlice(size, bound);
  if (slice === undefined || slice.step !== 1 || slice.size === 0) return undefined;
  return { axis: slice.axis, start: slice.start, size: slice.size, squeezed: false, name };
}

/** The result of a Split that equals a part. */
function resultOf(split: Node, { axis, start, size }: Part, graph: GraphView): string | undefined {
  const shape = graph.typeOf(split.inputs[0])?.shape;
  const view = graph.view(split);
  if (shape === undefined || view.axis(view.int('axis', 0), shape.length) !== axis) return undefined;
  let reached = 0;
  for (const [index, own] of splitSizes(view, shape).entries()) {
    if (typeof own !== 'number') return undefined;
    if (reached === start && own === size) return split.outputs[index] || undefined;
    reached += own;
  }
  return undefined;
}

function taken(edit: GraphBuilder, { axis, squeezed }: Part, name: string): string {
  return squeezed ? edit.emit('Squeeze', [name, edit.integers([axis], 'axes')]) : name;
}
