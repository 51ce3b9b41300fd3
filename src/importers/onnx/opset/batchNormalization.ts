import { makeNode, type Node } from '../../../graph/ir/graph.ts';
import { OperatorError, type OperatorNode } from '../../../graph/ir/operator.ts';
import { changeNode, type OpsetAdapter, type OpsetContext, scalarLike } from './adapter.ts';

/**
 * Before operator set 14 further outputs mean training, and before 9 `spatial=0` means statistics for each element of
 * a sample instead of each channel.
 */
export const batchNormalizationAdapter: OpsetAdapter = {
  operators: ['BatchNormalization'],
  since: 14,
  upgrade: (node, context) => {
    const [y = '', ...others] = node.node.outputs;
    const statistics = others.find((name) => name !== '' && context.used(name));
    if (statistics !== undefined) {
      throw new OperatorError('unsupported', `the output "${statistics}" is there in training only`, 'Export the model for inference.');
    }
    if (context.opset < 9 && node.int('spatial', 1) === 0) return elementWise(node, y, context);
    return [changeNode(node.node, { outputs: [y], attributes: { spatial: undefined, is_test: undefined, consumed_inputs: undefined } })];
  },
};

/** (x - mean) / sqrt(var + epsilon) * scale + bias; the statistics have the shape of a sample, and broadcast over the batch. */
function elementWise(node: OperatorNode, y: string, context: OpsetContext): readonly Node[] {
  const [x = '', scale = '', bias = '', mean = '', variance = ''] = node.inputs().map((operand) => operand.name);
  const safe = context.value('variance');
  const deviation = context.value('deviation');
  const centerd = context.value('centerd');
  const normal = context.value('normal');
  const scaled = context.value('scaled');
  const epsilon = context.constant(scalarLike(x, node.float('epsilon', 1e-5), context), 'epsilon');
  return [
    makeNode('Add', [variance, epsilon], [safe]),
    makeNode('Sqrt', [safe], [deviation]),
    makeNode('Sub', [x, mean], [centerd]),
    makeNode('Div', [centerd, deviation], [normal]),
    makeNode('Mul', [normal, scale], [scaled]),
    makeNode('Add', [scaled, bias], [y]),
  ];
}
