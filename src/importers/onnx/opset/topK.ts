import { Tensor } from '../../../graph/ir/tensor.ts';
import { changeNode, type OpsetAdapter } from './adapter.ts';

/** Before operator set 10 the number of elements is an attribute. */
export const topKAdapter: OpsetAdapter = {
  operators: ['TopK'],
  since: 10,
  upgrade: (node, context) => {
    const k = context.constant(Tensor.int64([node.int('k')]), 'k');
    return [changeNode(node.node, { inputs: [node.input(0).name, k], attributes: { k: undefined } })];
  },
};
