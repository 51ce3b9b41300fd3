import { erf } from '../../../kernels/erf.ts';
import { type Operator, OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import { elementwise } from '../rules/elementwise.ts';
import { broadcastOperands, combine } from './broadcast.ts';
import { mapNumbers } from './map.ts';

/** Activation functions: unary ones with attributes, and binary ones with broadcast operands. */
export const activationOperators: OperatorFamily = {
  Relu: {
    ...elementwise,
    infer: sameType,
    evaluate: (_node, [x]) =>
      x
        ? [
            mapNumbers(
              x,
              (value) => Math.max(0, value),
              (value) => (value < 0n ? 0n : value),
            ),
          ]
        : [],
  },
  LeakyRelu: activation((node) => {
    const alpha = node.float('alpha', 0.01);
    return (x) => (x < 0 ? alpha * x : x);
  }),
  ThresholdedRelu: activation((node) => {
    const alpha = node.float('alpha', 1);
    return (x) => (x > alpha ? x : 0);
  }),
  Elu: activation((node) => {
    const alpha = node.float('alpha', 1);
    return (x) => (x < 0 ? alpha * Math.expm1(x) : x);
  }),
  Selu: activation((node) => {
    const alpha = node.float('alpha', seluAlpha);
    const gamma = node.float('gamma', seluGamma);
    return (x) => gamma * (x < 0 ? alpha * Math.expm1(x) : x);
  }),
  Celu: activation((node) => {
    const alpha = node.float('alpha', 1);
    return (x) => Math.max(0, x) + Math.min(0, alpha * Math.expm1(x / alpha));
  }),
  Sigmoid: activation(() => sigmoid),
  HardSigmoid: activation((node) => {
    const alpha = node.float('alpha', 0.2);
    const beta = node.float('beta', 0.5);
    return (x) => Math.max(0, Math.min(1, alpha * x + beta));
  }),
  HardSwish: activation(() => (x) => x * Math.max(0, Math.min(1, x / 6 + 0.5))),
  Softplus: activation(() => softplus),
  Softsign: activation(() => (x) => x / (1 + Math.abs(x))),
  Mish: activation(() => (x) => x * Math.tanh(softplus(x))),
  Swish: activation((node) => {
    const alpha = node.float('alpha', 1);
    return (x) => x * sigmoid(alpha * x);
  }),
  Gelu: activation((node) =>
    geluApproximation(node) === 'tanh'
      ? (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))
      : (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  ),
  Shrink: activation((node) => {
    const bias = node.float('bias', 0);
    const lambda = node.float('lambd', 0.5);
    return (x) => (x < -lambda ? x + bias : x > lambda ? x - bias : 0);
  }),
  PRelu: {
    ...elementwise,
    infer: (node) => [{ dtype: node.input(0).dtype, shape: broadcastOperands(node) }],
    evaluate: (_node, [x, slope]) =>
      x && slope ? [combine(x, slope, x.dtype, { number: (a, b) => (a < 0 ? a * b : a), integer: (a, b) => (a < 0n ? a * b : a) })] : [],
  },
  SwiGLU: {
    ...elementwise,
    infer: (node) => [{ dtype: node.input(0).dtype, shape: broadcastOperands(node) }],
    evaluate: (node, [gate, linear]) => {
      const alpha = node.float('alpha', 1);
      return gate && linear ? [combine(gate, linear, gate.dtype, { number: (a, b) => a * sigmoid(alpha * a) * b })] : [];
    },
  },
};

/** Defaults of `Selu`. */
export const seluAlpha = 1.6732631921768188;
export const seluGamma = 1.0507010221481323;

/** The formula of a `Gelu`. Throws if the attribute has an unknown value. */
export function geluApproximation(node: OperatorNode): 'none' | 'tanh' {
  const approximate = node.string('approximate', 'none');
  if (approximate === 'none' || approximate === 'tanh') return approximate;
  throw new OperatorError('invalid', `Gelu is approximated by "none" or "tanh", not "${approximate}"`);
}

function activation(formula: (node: OperatorNode) => (x: number) => number): Operator {
  return { ...elementwise, infer: sameType, evaluate: (node, [x]) => (x ? [mapNumbers(x, formula(node))] : []) };
}

function sameType(node: OperatorNode): ReturnType<Operator['infer']> {
  return [{ dtype: node.input(0).dtype, shape: node.input(0).shape }];
}

function sigmoid(x: number): number {
  return x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x));
}

function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
