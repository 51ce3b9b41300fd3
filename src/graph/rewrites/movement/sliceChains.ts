import type { Node } from '../../ir/graph.ts';
import type { GraphView } from '../../ir/graphIndex.ts';
import { resolveSlice, type SliceBound, sliceBounds } from '../../ops/movement/slice.ts';
import type { Rewrite } from '../rewrite.ts';

/** Merges consecutive Slices of different axes. */
export const mergeSlices: Rewrite = {
  name: 'merge-slices',
  operators: ['Slice'],
  match: (node, graph) => {
    const [middle = ''] = node.inputs;
    const inner = graph.producer(middle, 'Slice');
    const [source = ''] = inner?.inputs ?? [];
    if (inner === undefined || !graph.isOnlyRead(middle, node)) return undefined;
    const [outerBounds, innerBounds] = [staticBounds(node, graph), staticBounds(inner, graph)];
    if (outerBounds === undefined || innerBounds === undefined) return undefined;
    const bounds = [...innerBounds, ...outerBounds];
    if (new Set(bounds.map(({ axis }) => axis)).size !== bounds.length) return undefined;
    const lists = {
      starts: bounds.map(({ start }) => start),
      ends: bounds.map(({ end }) => end),
      axes: bounds.map(({ axis }) => axis),
      steps: bounds.map(({ step }) => step),
    };
    return (edit) => edit.emit('Slice', [source, ...Object.entries(lists).map(([name, values]) => edit.integers(values, name))]);
  },
};

/** The bounds of a Slice if all of them are numbers on axes of known size. */
function staticBounds(
  node: Node,
  graph: GraphView,
): readonly (SliceBound & { readonly start: number; readonly end: number })[] | undefined {
  const shape = graph.typeOf(node.inputs[0])?.shape;
  const bounds = shape && sliceBounds(graph.view(node), shape.length);
  const known = bounds?.flatMap(({ axis, start, end, step }) => {
    const size = shape?.[axis];
    const plain = typeof start === 'number' && typeof end === 'number' && typeof size === 'number';
    return plain && resolveSlice(size, { axis, start, end, step }) !== undefined ? [{ axis, start, end, step }] : [];
  });
  return known?.length === bounds?.length ? known : undefined;
}
