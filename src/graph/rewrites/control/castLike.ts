import type { Rewrite } from '../rewrite.ts';

/** `CastLike` with a known type is a `Cast`, which does not depend on the values of the second tensor. */
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
