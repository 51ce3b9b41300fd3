import { Tensor } from '../../../graph/ir/tensor.ts';
import { changeNode, type Normalisation } from './adapter.ts';

/** Before operator set 10 the number of elements is an attribute. */
export const topK: Normalisation = {
  operators: ['TopK'],
  since: 10,
  normalise: (node, context) => {
    const k = context.constant(Tensor.int64([node.int('k')]), 'k');
    return [changeNode(node.node, { inputs: [node.input(0).name, k], attributes: { k: undefined } })];
  },
};
