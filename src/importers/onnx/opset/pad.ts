import { Tensor } from '../../../graph/ir/tensor.ts';
import { changeNode, type Normalization, scalarLike } from './adapter.ts';

/** Before operator set 11 the widths (`paddings` in the first) and the value to pad with are attributes. */
export const pad: Normalization = {
  operators: ['Pad'],
  since: 11,
  normalize: (node, context) => {
    const x = node.input(0).name;
    const inputs = [x, context.constant(Tensor.int64(node.ints(node.hasAttribute('paddings') ? 'paddings' : 'pads')), 'pads')];
    const value = node.float('value', 0);
    if (value !== 0) inputs.push(context.constant(scalarLike(x, value, context), 'value'));
    return [changeNode(node.node, { inputs, attributes: { pads: undefined, paddings: undefined, value: undefined } })];
  },
};
