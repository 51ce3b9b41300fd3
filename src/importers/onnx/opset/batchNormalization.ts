import type { GraphEditor } from '../../../graph/ir/editor.ts';
import { OperatorError, type OperatorNode } from '../../../graph/ir/operator.ts';
import { changeAttributes, type OpsetAdapter, scalarLike } from './adapter.ts';

/**
 * Before operator set 14, additional outputs mean training mode. Before 9, `spatial=0` means statistics per element of a sample instead of
 * per channel.
 */
export const batchNormalizationAdapter: OpsetAdapter = {
  operators: ['BatchNormalization'],
  since: 14,
  upgrade: (view, edit, { opset, isUsed }) => {
    const { node } = view;
    const [y = '', ...others] = node.outputs;
    const statistics = others.find((name) => name !== '' && isUsed(name));
    if (statistics !== undefined) {
      throw new OperatorError('unsupported', `the output "${statistics}" exists only in training`, 'Export the model for inference.');
    }
    if (opset < 9 && view.int('spatial', 1) === 0) return elementWise(view, edit);
    const attributes = changeAttributes(node, { spatial: undefined, is_test: undefined, consumed_inputs: undefined });
    return edit.emitLike(node, { outputs: [y], attributes });
  },
};

/** (x - mean) / sqrt(var + epsilon) * scale + bias. The statistics have the shape of one sample and broadcast over the batch. */
function elementWise(node: OperatorNode, edit: GraphEditor): string {
  const [x = '', scale = '', bias = '', mean = '', variance = ''] = node.inputs().map((operand) => operand.name);
  const epsilon = scalarLike(x, node.float('epsilon', 1e-5), edit, 'epsilon');
  const deviation = edit.emit('Sqrt', [edit.emit('Add', [variance, epsilon], {}, 'variance')], {}, 'deviation');
  const centered = edit.emit('Sub', [x, mean], {}, 'centered');
  const normal = edit.emit('Div', [centered, deviation], {}, 'normal');
  return edit.emit('Add', [edit.emit('Mul', [normal, scale], {}, 'scaled'), bias]);
}
