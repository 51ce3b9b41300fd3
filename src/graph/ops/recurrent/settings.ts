import type { Activation } from '../../../kernels/recurrent.ts';
import type { Dimension, Shape } from '../../ir/dimension.ts';
import { OperatorError, type OperatorNode } from '../../ir/operator.ts';

export type RecurrentKind = 'LSTM' | 'GRU' | 'RNN';

/** The name of an activation function and its parameters. */
export interface NamedActivation {
  readonly name: string;
  readonly alpha: number;
  readonly beta: number;
}

/** The attributes of LSTM, GRU and RNN, validated and with defaults. */
export interface RecurrentSettings {
  readonly kind: RecurrentKind;
  /** Number of gates: the rows of the weights divided by the hidden size. */
  readonly gates: number;
  /** For each direction, whether it runs from the end to the start. */
  readonly reversed: readonly boolean[];
  /** Width of the cell state, and of each gate. */
  readonly hiddenSize: number;
  /** Width of the hidden state and of the results: `hiddenSize`, unless a projection follows. */
  readonly outputSize: number;
  /** The batch is the outermost axis of input and outputs. */
  readonly batchFirst: boolean;
  /** The one to three activation functions of each direction. */
  readonly activations: readonly (readonly NamedActivation[])[];
  /** The bound of activation inputs; infinite if there is none. */
  readonly clip: number;
  readonly inputForget: boolean;
  readonly linearBeforeReset: boolean;
}

const kinds: Readonly<Record<RecurrentKind, { readonly gates: number; readonly activations: readonly string[] }>> = {
  LSTM: { gates: 4, activations: ['Sigmoid', 'Tanh', 'Tanh'] },
  GRU: { gates: 3, activations: ['Sigmoid', 'Tanh'] },
  RNN: { gates: 1, activations: ['Tanh'] },
};

/** The projection of `ncnn:ProjectedLSTM`, [directions, output, hidden], follows the inputs of LSTM. */
export const projectionInput = 8;

/** Reads the settings of a node; throws {@link OperatorError} if they are inconsistent. */
export function recurrentSettings(node: OperatorNode, kind: RecurrentKind): RecurrentSettings {
  const { gates, activations: defaults } = kinds[kind];
  const reversed = directionsOf(node.string('direction', 'forward'));
  const hiddenSize = node.int('hidden_size', undefined) ?? node.shape(2)[2];
  if (typeof hiddenSize !== 'number' || hiddenSize < 1) {
    throw new OperatorError('invalid', 'the hidden size is neither an attribute nor implied by the recurrence weights');
  }
  const outputSize = node.optionalInput(projectionInput) === undefined ? hiddenSize : node.shape(projectionInput)[1];
  if (typeof outputSize !== 'number') throw new OperatorError('shape', 'the size of the projection is dynamic');
  return {
    kind,
    gates,
    reversed,
    hiddenSize,
    outputSize,
    batchFirst: node.int('layout', 0) === 1,
    activations: activationsOf(node, defaults, reversed.length),
    clip: node.float('clip', 0) || Number.POSITIVE_INFINITY,
    inputForget: node.int('input_forget', 0) === 1,
    linearBeforeReset: node.int('linear_before_reset', 0) === 1,
  };
}

/** The number of steps and samples of the input. */
export function sequenceShape(shape: Shape, batchFirst: boolean): { readonly steps: Dimension; readonly batch: Dimension } {
  if (shape.length !== 3) throw new OperatorError('invalid', `the input must have three axes, not ${shape.length}`);
  const [first = 1, second = 1] = shape;
  return batchFirst ? { steps: second, batch: first } : { steps: first, batch: second };
}

/** The function of a named activation. */
export function activationFunction({ name, alpha, beta }: NamedActivation): Activation {
  const functions: Readonly<Record<string, Activation>> = {
    sigmoid: (x) => 1 / (1 + Math.exp(-x)),
    tanh: Math.tanh,
    relu: (x) => Math.max(0, x),
    affine: (x) => alpha * x + beta,
    leakyrelu: (x) => (x >= 0 ? x : alpha * x),
    thresholdedrelu: (x) => (x > alpha ? x : 0),
    scaledtanh: (x) => alpha * Math.tanh(beta * x),
    hardsigmoid: (x) => Math.max(0, Math.min(1, alpha * x + beta)),
    elu: (x) => (x >= 0 ? x : alpha * (Math.exp(x) - 1)),
    softsign: (x) => x / (1 + Math.abs(x)),
    softplus: (x) => Math.log1p(Math.exp(x)),
  };
  const found = functions[name.toLowerCase()];
  if (found === undefined) throw new OperatorError('invalid', `the activation "${name}" is not defined`);
  return found;
}

function directionsOf(direction: string): readonly boolean[] {
  if (direction === 'forward') return [false];
  if (direction === 'reverse') return [true];
  if (direction === 'bidirectional') return [false, true];
  throw new OperatorError('invalid', `the direction "${direction}" is not defined`);
}

/** Default parameters of activations; activations without an entry have no parameters. */
const parameterDefaults: Readonly<Record<string, { readonly alpha?: number; readonly beta?: number }>> = {
  affine: { alpha: 1, beta: 0 },
  leakyrelu: { alpha: 0.01 },
  thresholdedrelu: { alpha: 1 },
  scaledtanh: { alpha: 1, beta: 1 },
  hardsigmoid: { alpha: 0.2, beta: 0.5 },
  elu: { alpha: 1 },
};

function activationsOf(node: OperatorNode, defaults: readonly string[], directions: number): readonly (readonly NamedActivation[])[] {
  const names = node.strings('activations', Array.from({ length: directions }, () => defaults).flat());
  if (names.length !== defaults.length * directions) {
    throw new OperatorError('invalid', `expected ${defaults.length * directions} activations, got ${names.length}`);
  }
  // The lists contain one value per function that has the parameter, in order.
  const alphas = [...node.floats('activation_alpha', [])];
  const betas = [...node.floats('activation_beta', [])];
  const named = names.map((name): NamedActivation => {
    const { alpha, beta } = parameterDefaults[name.toLowerCase()] ?? {};
    return {
      name,
      alpha: alpha === undefined ? 0 : (alphas.shift() ?? alpha),
      beta: beta === undefined ? 0 : (betas.shift() ?? beta),
    };
  });
  return Array.from({ length: directions }, (_, direction) => named.slice(direction * defaults.length, (direction + 1) * defaults.length));
}
