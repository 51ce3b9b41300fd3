import { makeNode } from '../../../graph/ir/graph.ts';
import { changeNode, type OpsetAdapter } from './adapter.ts';

/**
 * Before operator set 12 the ratio is an attribute, of no meaning outside of training, and training is decided by the
 * runtime. The mask is of the operand's type before 10 and boolean since.
 */
export const dropoutAdapter: OpsetAdapter = {
  operators: ['Dropout'],
  since: 12,
  upgrade: (node, context) => {
    const attributes = { ratio: undefined, is_test: undefined, consumed_inputs: undefined };
    const x = node.input(0).name;
    const [y = '', mask = ''] = node.node.outputs;
    if (mask === '' || !context.used(mask)) return [changeNode(node.node, { outputs: [y], attributes })];
    if (context.opset >= 10) return [changeNode(node.node, { attributes })];
    const kept = context.value('mask');
    return [changeNode(node.node, { outputs: [y, kept], attributes }), makeNode('CastLike', [kept, x], [mask])];
  },
};
