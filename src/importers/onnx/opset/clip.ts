import { changeNode, type OpsetAdapter, scalarLike } from './adapter.ts';

/** Before operator set 11 the limits are attributes. */
export const clipAdapter: OpsetAdapter = {
  operators: ['Clip'],
  since: 11,
  upgrade: (node, context) => {
    const x = node.input(0).name;
    const limits = ['min', 'max'].map((role) => {
      const limit = node.float(role, undefined);
      return limit === undefined ? '' : context.constant(scalarLike(x, limit, context), role);
    });
    return [
      changeNode(node.node, {
        inputs: [x, ...limits.slice(0, limits[1] ? 2 : limits[0] ? 1 : 0)],
        attributes: { min: undefined, max: undefined },
      }),
    ];
  },
};
