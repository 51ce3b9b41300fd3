import { transposeOrder } from '../../ops/movement/transpose.ts';
import type { Rewrite } from '../rewrite.ts';

/** Merges two consecutive Transposes into one, or removes both. */
export const mergeTransposes: Rewrite = {
  name: 'merge-transposes',
  operators: ['Transpose'],
  match: (node, graph) => {
    const [middle] = node.inputs;
    const first = graph.producer(middle, 'Transpose');
    const rank = graph.typeOf(middle)?.shape?.length;
    const [source] = first?.inputs ?? [];
    if (first === undefined || source === undefined || rank === undefined) return undefined;
    const inner = transposeOrder(graph.view(first), rank);
    const order = transposeOrder(graph.view(node), rank).map((axis) => inner[axis] ?? axis);
    return (edit) => edit.transpose(source, order);
  },
};
