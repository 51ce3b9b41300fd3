import { makeNode } from '../../ir/graph.ts';
import { transposeOrder } from '../../ops/movement/transpose.ts';
import type { Rewrite } from '../rewrite.ts';

/** Two Transposes in a row are one, or none. */
export const mergeTransposes: Rewrite = {
  name: 'merge-transposes',
  match: (node, graph) => {
    const [middle] = node.inputs;
    const first = node.operator === 'Transpose' ? graph.producer(middle, 'Transpose') : undefined;
    const rank = graph.type(middle)?.shape?.length;
    const [source] = first?.inputs ?? [];
    if (first === undefined || source === undefined || rank === undefined) return undefined;
    const inner = transposeOrder(graph.view(first), rank);
    const order = transposeOrder(graph.view(node), rank).map((axis) => inner[axis] ?? axis);
    const stays = order.every((axis, place) => axis === place);
    const merged = stays
      ? makeNode('Identity', [source], node.outputs, {}, node.name)
      : makeNode('Transpose', [source], node.outputs, { perm: order }, node.name);
    return { nodes: [merged] };
  },
};
