import { OperatorError, type OperatorNode } from '../../ir/operator.ts';

/** The activation of a fused operator of onnxruntime, with defaults for missing parameters. */
export type FusedActivation =
  | { readonly name: 'Relu' | 'Sigmoid' | 'Tanh' }
  | { readonly name: 'LeakyRelu'; readonly alpha: number }
  | { readonly name: 'Clip'; readonly min: number; readonly max: number }
  | { readonly name: 'HardSigmoid'; readonly alpha: number; readonly beta: number };

/** Reads `activation` and `activation_params`; `undefined` if the node has no activation. */
export function fusedActivation(node: OperatorNode): FusedActivation | undefined {
  const name = node.string('activation', '');
  const [first, second] = node.floats('activation_params', []);
  switch (name) {
    case '':
      return undefined;
    case 'Relu':
    case 'Sigmoid':
    case 'Tanh':
      return { name };
    case 'LeakyRelu':
      return { name, alpha: first ?? node.float('activation_alpha', 0.01) };
    case 'Clip':
      return { name, min: first ?? Number.NEGATIVE_INFINITY, max: second ?? Number.POSITIVE_INFINITY };
    case 'HardSigmoid':
      return { name, alpha: first ?? 0.2, beta: second ?? 0.5 };
    default:
      throw new OperatorError(
        'unsupported',
        `the fused activation ${name} is not supported`,
        'Export the model before onnxruntime optimizes it.',
      );
  }
}

/** Applies the activation of a fused operator in place. */
export function activate(node: OperatorNode, values: Float64Array): Float64Array {
  const activation = fusedActivation(node);
  if (activation === undefined) return values;
  for (let index = 0; index < values.length; index++) values[index] = activated(activation, values[index] ?? 0);
  return values;
}

function activated(activation: FusedActivation, value: number): number {
  switch (activation.name) {
    case 'Relu':
      return Math.max(0, value);
    case 'Sigmoid':
      return 1 / (1 + Math.exp(-value));
    case 'Tanh':
      return Math.tanh(value);
    case 'LeakyRelu':
      return value < 0 ? value * activation.alpha : value;
    case 'Clip':
      return Math.min(activation.max, Math.max(activation.min, value));
    case 'HardSigmoid':
      return Math.min(1, Math.max(0, value * activation.alpha + activation.beta));
  }
}
