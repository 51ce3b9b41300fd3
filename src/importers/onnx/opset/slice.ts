import { changeAttributes, integers, type OpsetAdapter } from './adapter.ts';

/** Before operator set 10 every operand except the data is an attribute, and the step is 1. */
export const sliceAdapter: OpsetAdapter = {
  operators: ['Slice'],
  since: 10,
  upgrade: (view, edit) => {
    const starts = integers(view, 'starts');
    const axes = view.hasAttribute('axes') ? integers(view, 'axes') : [...starts.keys()];
    const inputs = [
      view.input(0).name,
      edit.integers(starts, 'starts'),
      edit.integers(integers(view, 'ends'), 'ends'),
      edit.integers(axes, 'axes'),
    ];
    return edit.emitLike(view.node, {
      inputs,
      attributes: changeAttributes(view.node, { starts: undefined, ends: undefined, axes: undefined }),
    });
  },
};
