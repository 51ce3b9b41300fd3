import { Tensor } from '../../../graph/ir/tensor.ts';
import { changeNode, type OpsetAdapter, withInput } from './adapter.ts';

/** Before operator set 20 the axis is an attribute, 1 unless given; since then an input, -2 unless given. */
export const dftAdapter: OpsetAdapter = {
  operators: ['DFT'],
  since: 20,
  upgrade: (node, context) => {
    const axis = context.constant(Tensor.int64([node.int('axis', 1)], []), 'axis');
    return [changeNode(node.node, { inputs: withInput(node.node.inputs, 2, axis), attributes: { axis: undefined } })];
  },
};
