import { OperatorError } from '../../../graph/operator.ts';
import type { OperatorRules, SymbolOperator } from '../operator.ts';

/** Softmax, and the heads of training, which compute what the trained net is asked for. */
export const softmaxRules: OperatorRules = {
  softmax: (node) => alongAxis(node, 'Softmax', tempered(node, 1)),
  softmin: (node) => alongAxis(node, 'Softmax', tempered(node, -1)),
  log_softmax: (node) => alongAxis(node, 'LogSoftmax', tempered(node, 1)),
  SoftmaxActivation: (node) => {
    const mode = node.attributes.choice('mode', ['instance', 'channel'], 'instance');
    return mode === 'channel' ? node.emit('Softmax', [node.input(0)], { axis: 1 }) : perSample(node);
  },
  SoftmaxOutput: softmaxOutput,
  Softmax: softmaxOutput,
  LogisticRegressionOutput: (node) => node.emit('Sigmoid', [node.input(0)]),
  LinearRegressionOutput: (node) => node.input(0),
  MAERegressionOutput: (node) => node.input(0),
  SVMOutput: (node) => node.input(0),
};

function softmaxOutput(node: SymbolOperator): string {
  const { attributes } = node;
  if (attributes.boolean('multi_output', false)) return node.emit('Softmax', [node.input(0)], { axis: 1 });
  return attributes.boolean('preserve_shape', false) ? node.emit('Softmax', [node.input(0)], { axis: -1 }) : perSample(node);
}

/** Over all values of a sample. */
function perSample(node: SymbolOperator): string {
  const data = node.input(0);
  if (node.shape(data).length === 2) return node.emit('Softmax', [data], { axis: 1 });
  const [, ...rest] = node.sizes(data);
  return node.reshape(node.emit('Softmax', [node.emit('Flatten', [data], { axis: 1 })], { axis: 1 }), [0, ...rest]);
}

/** The values with their sign, divided by the temperature. */
function tempered(node: SymbolOperator, sign: 1 | -1): string {
  const temperature = node.attributes.number('temperature', 1);
  const data = node.input(0);
  return temperature === sign ? data : node.emit('Div', [data, node.scalar(temperature * sign, data)]);
}

function alongAxis(node: SymbolOperator, operator: string, data: string): string {
  if (node.attributes.boolean('use_length', false)) {
    throw new OperatorError('unsupported', 'the lengths of the rows are given by an operand', 'Export the model for rows of one length.');
  }
  return node.emit(operator, [data], { axis: node.attributes.integer('axis', -1) });
}
