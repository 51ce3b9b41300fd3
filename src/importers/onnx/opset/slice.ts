import { Tensor } from '../../../graph/ir/tensor.ts';
import { changeNode, integers, type OpsetAdapter } from './adapter.ts';

/** Before operator set 10 everything but the data is an attribute, and the step is 1. */
export const sliceAdapter: OpsetAdapter = {
  operators: ['Slice'],
  since: 10,
  upgrade: (node, context) => {
    const starts = integers(node, 'starts');
    const axes = node.hasAttribute('axes') ? integers(node, 'axes') : [...starts.keys()];
    const inputs = [
      node.input(0).name,
      context.constant(Tensor.int64(starts), 'starts'),
      context.constant(Tensor.int64(integers(node, 'ends')), 'ends'),
      context.constant(Tensor.int64(axes), 'axes'),
    ];
    return [changeNode(node.node, { inputs, attributes: { starts: undefined, ends: undefined, axes: undefined } })];
  },
};
