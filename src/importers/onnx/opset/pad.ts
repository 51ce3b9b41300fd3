import { changeAttributes, integers, type OpsetAdapter, scalarLike } from './adapter.ts';

/** Before operator set 11 the pads (`paddings` in operator set 1) and the pad value are attributes. */
export const padAdapter: OpsetAdapter = {
  operators: ['Pad'],
  since: 11,
  upgrade: (view, edit) => {
    const x = view.input(0).name;
    const inputs = [x, edit.integers(integers(view, view.hasAttribute('paddings') ? 'paddings' : 'pads'), 'pads')];
    const value = view.float('value', 0);
    if (value !== 0) inputs.push(scalarLike(x, value, edit, 'value'));
    const attributes = changeAttributes(view.node, { pads: undefined, paddings: undefined, value: undefined });
    return edit.emitLike(view.node, { inputs, attributes });
  },
};
