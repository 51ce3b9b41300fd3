import { float } from '../../../graph/ir/graph.ts';
import { OperatorError } from '../../../graph/ir/operator.ts';
import type { ConvertOperator, OperatorRules, SymbolOperator } from '../operator.ts';

const passed: ConvertOperator = (node) => node.input(0);

/** Activations, and operators that are the identity in a trained net. */
export const activationOperatorRules: OperatorRules = {
  Activation: (node) => {
    const kind = node.attributes.choice('act_type', ['relu', 'sigmoid', 'log_sigmoid', 'mish', 'tanh', 'softrelu', 'softsign'], 'relu');
    if (kind === 'log_sigmoid') return logSigmoid(node);
    const operators = { relu: 'Relu', sigmoid: 'Sigmoid', mish: 'Mish', tanh: 'Tanh', softrelu: 'Softplus', softsign: 'Softsign' };
    return node.emit(operators[kind], [node.input(0)]);
  },
  LeakyReLU: { convert: leakyRelu, arguments: ['data', 'gamma'] },
  relu: (node) => node.emit('Relu', [node.input(0)]),
  sigmoid: (node) => node.emit('Sigmoid', [node.input(0)]),
  log_sigmoid: logSigmoid,
  mish: (node) => node.emit('Mish', [node.input(0)]),
  softsign: (node) => node.emit('Softsign', [node.input(0)]),
  hard_sigmoid: hardSigmoid,
  HardSigmoid: hardSigmoid,
  HardSwish: (node) => node.emit('HardSwish', [node.input(0)]),
  hard_swish: (node) => node.emit('HardSwish', [node.input(0)]),
  Dropout: passed,
  identity: passed,
  _copy: passed,
  _identity_with_attr_like_rhs: passed,
  IdentityAttachKLSparseReg: passed,
  BlockGrad: passed,
  stop_gradient: passed,
  MakeLoss: passed,
  make_loss: passed,
  amp_multicast: (node) => node.inputs,
};

function logSigmoid(node: SymbolOperator): string {
  return node.emit('Neg', [node.emit('Softplus', [node.emit('Neg', [node.input(0)])])]);
}

function hardSigmoid(node: SymbolOperator): string {
  const { attributes } = node;
  return node.emit('HardSigmoid', [node.input(0)], {
    alpha: float(attributes.number('alpha', 0.2)),
    beta: float(attributes.number('beta', 0.5)),
  });
}

function leakyRelu(node: SymbolOperator): string {
  const { attributes } = node;
  const data = node.input(0);
  const slope = attributes.number('slope', 0.25);
  switch (attributes.choice('act_type', ['rrelu', 'leaky', 'prelu', 'elu', 'selu', 'gelu'], 'leaky')) {
    case 'leaky':
      return node.emit('LeakyRelu', [data], { alpha: float(slope) });
    case 'elu':
      return node.emit('Elu', [data], { alpha: float(slope) });
    case 'selu':
      return node.emit('Selu', [data]);
    case 'gelu':
      return node.emit('Gelu', [data]);
    case 'rrelu': {
      // The slope is random in training, and the mean of the bounds in inference.
      const [lower, upper] = [attributes.number('lower_bound', 0.125), attributes.number('upper_bound', 0.334)];
      return node.emit('LeakyRelu', [data], { alpha: float((lower + upper) / 2) });
    }
    case 'prelu':
      return node.emit('PRelu', [data, slopes(node)]);
  }
}

/** The slopes per channel, or one shared slope, shaped to broadcast over the data. */
function slopes(node: SymbolOperator): string {
  const shape = node.shapeOf(node.input(0));
  const found = node.constantOf(node.input(1));
  if (found?.size === 1) return node.reshape(node.input(1), [1]);
  const gamma = node.weight(1, [shape[1] ?? 1]);
  const [size] = node.shapeOf(gamma);
  if (typeof size !== 'number') throw new OperatorError('shape', 'the number of channels is unknown');
  return shape.length <= 2 ? gamma : node.reshape(gamma, [size, ...shape.slice(2).map(() => 1)]);
}
