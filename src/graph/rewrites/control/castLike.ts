import type { Rewrite } from '../rewrite.ts';

/** `CastLike` of which the type is known is a `Cast`, and so no longer depends on the values of the tensor it is like. */
export const nameCastType: Rewrite = {
  name: 'name-cast-type',
  operators: ['CastLike'],
  match: (node, graph) => {
    const [source = '', like] = node.inputs;
    const type = graph.typeOf(like);
    if (type === undefined) return undefined;
    return (edit) => edit.emit('Cast', [source], { to: type.dtype });
  },
};
