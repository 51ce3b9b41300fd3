import { Tensor } from '../../../graph/ir/tensor.ts';
import { changeNode, type Normalization } from './adapter.ts';

/** Before operator set 10 the number of elements is an attribute. */
export const topK: Normalization = {
  operators: ['TopK'],
  since: 10,
  normalize: (node, context) => {
    const k = context.constant(Tensor.int64([node.int('k')]), 'k');
    return [changeNode(node.node, { inputs: [node.input(0).name, k], attributes: { k: undefined } })];
  },
};
