import { Tensor } from '../../../graph/ir/tensor.ts';
import { changeNode, type OpsetAdapter, scalarLike } from './adapter.ts';

/** Before operator set 11 the widths (`paddings` in the first) and the value to pad with are attributes. */
export const padAdapter: OpsetAdapter = {
  operators: ['Pad'],
  since: 11,
  upgrade: (node, context) => {
    const x = node.input(0).name;
    const inputs = [x, context.constant(Tensor.int64(node.ints(node.hasAttribute('paddings') ? 'paddings' : 'pads')), 'pads')];
    const value = node.float('value', 0);
    if (value !== 0) inputs.push(context.constant(scalarLike(x, value, context), 'value'));
    return [changeNode(node.node, { inputs, attributes: { pads: undefined, paddings: undefined, value: undefined } })];
  },
};
