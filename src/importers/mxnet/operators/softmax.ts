import { OperatorError } from '../../../graph/ir/operator.ts';
import type { ConvertOperator, OperatorRule, OperatorRules, SymbolOperator } from '../operator.ts';

/** Softmax, and training outputs, which compute the result of the trained net. */
export const softmaxOperatorRules: OperatorRules = {
  softmax: (node) => alongAxis(node, 'Softmax', tempered(node, 1)),
  softmin: (node) => alongAxis(node, 'Softmax', tempered(node, -1)),
  log_softmax: (node) => alongAxis(node, 'LogSoftmax', tempered(node, 1)),
  SoftmaxActivation: (node) => {
    const mode = node.attributes.choice('mode', ['instance', 'channel'], 'instance');
    return node.emit('Softmax', [node.input(0)], { axis: mode === 'channel' ? 1 : -1 });
  },
  SoftmaxOutput: labeled(softmaxOutput),
  Softmax: labeled(softmaxOutput),
  LogisticRegressionOutput: labeled((node) => node.emit('Sigmoid', [node.input(0)])),
  LinearRegressionOutput: labeled((node) => node.input(0)),
  MAERegressionOutput: labeled((node) => node.input(0)),
  SVMOutput: labeled((node) => node.input(0)),
};

/** An output that training compares with labels. */
function labeled(convert: ConvertOperator): OperatorRule {
  return { convert, arguments: ['data', 'label'] };
}

/** Normalizes over the last axis unless `multi_output` is set, as release 1.9.1 does. With samples and classes, that is the only axis. */
function softmaxOutput(node: SymbolOperator): string {
  return node.emit('Softmax', [node.input(0)], { axis: node.attributes.boolean('multi_output', false) ? 1 : -1 });
}

/** The values, with the sign applied, divided by the temperature. */
function tempered(node: SymbolOperator, sign: 1 | -1): string {
  const temperature = node.attributes.number('temperature', 1);
  const data = node.input(0);
  return temperature === sign ? data : node.emit('Div', [data, node.scalarLike(temperature * sign, data)]);
}

function alongAxis(node: SymbolOperator, operator: string, data: string): string {
  if (node.attributes.boolean('use_length', false)) {
    throw new OperatorError('unsupported', 'row lengths as an operand are not supported', 'Export the model for rows of one length.');
  }
  return node.emit(operator, [data], { axis: node.attributes.integer('axis', -1) });
}
