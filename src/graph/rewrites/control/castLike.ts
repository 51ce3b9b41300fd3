import { makeNode } from '../../ir/graph.ts';
import type { Rewrite } from '../rewrite.ts';

/** `CastLike` of which the type is known is a `Cast`, and so no longer depends on the values of the tensor it is like. */
export const nameCastType: Rewrite = {
  name: 'name-cast-type',
  match: (node, graph) => {
    const [source = '', like] = node.inputs;
    const type = graph.type(like);
    if (node.operator !== 'CastLike' || type === undefined) return undefined;
    return { nodes: [makeNode('Cast', [source], node.outputs, { to: type.dtype }, node.name)] };
  },
};
