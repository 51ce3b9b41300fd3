import { changeAttributes, type OpsetAdapter } from './adapter.ts';

/**
 * Before operator set 12 the ratio is an attribute, which matters only for training, and the runtime decides whether it trains. The mask
 * has the operand's type before 10, and is boolean since.
 */
export const dropoutAdapter: OpsetAdapter = {
  operators: ['Dropout'],
  since: 12,
  upgrade: ({ node }, edit, { opset, isUsed }) => {
    const attributes = changeAttributes(node, { ratio: undefined, is_test: undefined, consumed_inputs: undefined });
    const [x = ''] = node.inputs;
    const [y = '', mask = ''] = node.outputs;
    if (mask === '' || !isUsed(mask)) return edit.emitLike(node, { outputs: [y], attributes });
    const [value, outputMask = ''] = edit.emitLike(node, { attributes });
    return [value, opset < 10 ? edit.emit('CastLike', [outputMask, x]) : outputMask];
  },
};
