import { changeAttributes, type OpsetAdapter, scalarLike } from './adapter.ts';

/** Before operator set 11 the limits are attributes. */
export const clipAdapter: OpsetAdapter = {
  operators: ['Clip'],
  since: 11,
  upgrade: (view, edit) => {
    const x = view.input(0).name;
    const limits = ['min', 'max'].map((role) => {
      const limit = view.float(role, undefined);
      return limit === undefined ? '' : scalarLike(x, limit, edit, role);
    });
    const inputs = [x, ...limits.slice(0, limits[1] ? 2 : limits[0] ? 1 : 0)];
    return edit.emitLike(view.node, { inputs, attributes: changeAttributes(view.node, { min: undefined, max: undefined }) });
  },
};
