import { changeAttributes, type OpsetAdapter } from './adapter.ts';

/** Before operator set 10 the number of elements is an attribute. */
export const topKAdapter: OpsetAdapter = {
  operators: ['TopK'],
  since: 10,
  upgrade: (view, edit) => {
    const inputs = [view.input(0).name, edit.integers([view.int('k')], 'k')];
    return edit.emitLike(view.node, { inputs, attributes: changeAttributes(view.node, { k: undefined }) });
  },
};
