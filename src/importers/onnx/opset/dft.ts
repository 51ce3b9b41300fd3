import { changeAttributes, type OpsetAdapter, withInput } from './adapter.ts';

/** Before operator set 20 the axis is an attribute, 1 by default; since 20 it is an input, -2 by default. */
export const dftAdapter: OpsetAdapter = {
  operators: ['DFT'],
  since: 20,
  upgrade: (view, edit) => {
    const inputs = withInput(view.node.inputs, 2, edit.scalar(view.int('axis', 1), 'int64', 'axis'));
    return edit.emitLike(view.node, { inputs, attributes: changeAttributes(view.node, { axis: undefined }) });
  },
};
