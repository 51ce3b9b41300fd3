import { OperatorError } from '../../graph/ir/operator.ts';
import { type NamedActivation, projectionInput, type RecurrentSettings } from '../../graph/ops/recurrent/settings.ts';
import { binary, unary, withScalar } from '../arithmetic.ts';
import type { DraftBlob } from '../builder.ts';
import type { LoweringNode } from '../node.ts';
import type { SequenceNode } from './layer.ts';
import { withZeroRows } from './layer.ts';

/** Maximum number of unrolled cells, over all directions. */
const stepLimit = 128;

/** Why the node cannot be unrolled; `undefined` if it can. */
export function refusalOfSteps({ settings, steps, batch, length }: SequenceNode): string | undefined {
  if (typeof steps === 'string' || typeof batch === 'string')
    return `${steps} steps of ${batch} samples are dynamic; the converter needs their sizes`;
  const cells = Number(length) * settings.reversed.length;
  if (cells > stepLimit) return `the recurrent layer would need ${cells} cells (at most ${stepLimit})`;
  const unknown = settings.activations.flat().find(({ name }) => !(name.toLowerCase() in activations));
  return unknown === undefined ? undefined : `ncnn does not support the activation ${unknown.name} here`;
}

/**
 * Unrolls the cells for all samples at once. States are [batch, output] and [batch, hidden], and one product computes the contribution of the inputs to the
 * gates for all steps. The weights are blobs that all steps share; they may be dynamic.
 */
export function lowerToSteps(node: LoweringNode, { settings, ...sequence }: SequenceNode): void {
  const { reversed, hiddenSize, outputSize, gates, batchFirst, kind } = settings;
  const [steps, batch, length] = [Number(sequence.steps), Number(sequence.batch), Number(sequence.length)];
  const inputSize = node.shape(0)[2];
  if (typeof inputSize !== 'number') throw new OperatorError('shape', 'the size of the input is dynamic');
  const directions = reversed.length;
  const rows = gates * hiddenSize;
  const x = batchFirst ? swapOuter(node, node.blob(0, [batch, steps, inputSize])) : node.blob(0, [steps, batch, inputSize]);
  const flat = node.view(x, [steps * batch, inputSize]);
  const inputWeights = perDirection(node, 1, directions, rows, inputSize);
  const recurrences = perDirection(node, 2, directions, rows, outputSize);
  const biases = node.optionalInput(3) === undefined ? [] : perDirection(node, 3, directions, 2, rows);
  const peepholes = kind === 'LSTM' && node.optionalInput(7) !== undefined ? perDirection(node, 7, directions, 3, hiddenSize) : [];
  const projections =
    node.optionalInput(projectionInput) === undefined ? [] : perDirection(node, projectionInput, directions, outputSize, hiddenSize);

  const outputs: DraftBlob[][] = Array.from({ length }, () => []);
  const finals: State[] = [];
  reversed.forEach((reverse, direction) => {
    const [w, r] = [inputWeights[direction], recurrences[direction]];
    if (w === undefined || r === undefined) return;
    const [inputBias, stateBias] = biases[direction] === undefined ? [] : cut(node, biases[direction], 0, [1, 1]);
    const inputs = inputGates(node, flat, w, inputBias, { steps, batch, length });
    const weights = { recurrence: r, bias: stateBias, peephole: peepholes[direction], projection: projections[direction] };
    const step = cellOf(node, settings, settings.activations[direction] ?? [], weights);
    let state: State = {
      hidden: initialState(node, 5, settings, [batch, outputSize], direction),
      cell: initialState(node, 6, settings, [batch, hiddenSize], direction),
    };
    for (let count = 0; count < length; count++) {
      const time = reverse ? length - 1 - count : count;
      const input = inputs[time];
      if (input === undefined) continue;
      state = step(input, state);
      outputs[time]?.push(state.hidden);
    }
    finals.push(state);
  });

  const y = joined(node, outputs.flat());
  const all = length === steps ? y : withZeroRows(node, y, (steps - length) * directions * batch);
  const define = (output: number, blob: DraftBlob, outer: number): void => node.define(output, outward(node, blob, outer, settings, batch));
  define(0, all, steps * directions);
  const hidden = finals.map((state) => state.hidden);
  define(1, joined(node, hidden), directions);
  const cells = finals.map((state) => state.cell);
  if (kind === 'LSTM') define(2, joined(node, cells), directions);
}

/** The contribution of the inputs to the gates, [batch, gates * hidden] for each step, and one more blob for the steps after `length`. */
function inputGates(
  node: LoweringNode,
  flat: DraftBlob,
  weights: DraftBlob,
  bias: DraftBlob | undefined,
  { steps, batch, length }: { readonly steps: number; readonly batch: number; readonly length: number },
): readonly DraftBlob[] {
  const product = node.layer('MatMul', [flat, weights], { transB: 1 }, [steps * batch, weights.shape[0] ?? 1]);
  const gates = bias === undefined ? product : binary(node, 'ADD', product, bias);
  const unused = (steps - length) * batch;
  return cut(node, gates, 0, [...Array.from({ length }, () => batch), ...(unused > 0 ? [unused] : [])]);
}

interface State {
  readonly hidden: DraftBlob;
  readonly cell: DraftBlob;
}

type Step = (input: DraftBlob, state: State) => State;

/** The weights of the cell of one direction, without those of the input. */
interface CellBlobs {
  /** [gates * hidden, output]. */
  readonly recurrence: DraftBlob;
  /** The recurrence bias, [1, gates * hidden]. */
  readonly bias: DraftBlob | undefined;
  /** [3, hidden]. */
  readonly peephole: DraftBlob | undefined;
  /** [output, hidden]. */
  readonly projection: DraftBlob | undefined;
}

/** An ONNX cell in ncnn layers. */
function cellOf(node: LoweringNode, settings: RecurrentSettings, functions: readonly NamedActivation[], weights: CellBlobs): Step {
  const { recurrence, bias } = weights;
  const { kind, hiddenSize, clip } = settings;
  const bounded = (blob: DraftBlob): DraftBlob =>
    Number.isFinite(clip) ? node.layer('Clip', [blob], { min: -clip, max: clip }, blob.shape) : blob;
  const activate = (index: number, blob: DraftBlob): DraftBlob => activation(node, functions[index], bounded(blob));
  const times = (state: DraftBlob, matrix: DraftBlob, addend: DraftBlob | undefined): DraftBlob => {
    const product = productWith(node, state, matrix);
    return addend === undefined ? product : binary(node, 'ADD', product, addend);
  };
  if (kind === 'RNN') {
    return (input, state) => ({ ...state, hidden: activate(0, binary(node, 'ADD', input, times(state.hidden, recurrence, bias))) });
  }
  if (kind === 'LSTM') return lstmStep(node, settings, functions, (state) => times(state, recurrence, bias), activate, weights);

  const [gateWeights = recurrence, newWeights = recurrence] = cut(node, recurrence, 0, [2 * hiddenSize, hiddenSize]);
  const [gateBias, newBias] = bias === undefined ? [] : cut(node, bias, 1, [2 * hiddenSize, hiddenSize]);
  return (input, state) => {
    const [gatesInput = input, newInput = input] = cut(node, input, 1, [2 * hiddenSize, hiddenSize]);
    const gates = activate(0, binary(node, 'ADD', gatesInput, times(state.hidden, gateWeights, gateBias)));
    const [update = gates, reset = gates] = cut(node, gates, 1, [hiddenSize, hiddenSize]);
    const linear = settings.linearBeforeReset
      ? binary(node, 'MUL', reset, times(state.hidden, newWeights, newBias))
      : times(binary(node, 'MUL', reset, state.hidden), newWeights, newBias);
    const candidate = activate(1, binary(node, 'ADD', newInput, linear));
    // (1 - z) * n + z * h, with one product fewer.
    const difference = binary(node, 'SUB', state.hidden, candidate);
    return { ...state, hidden: binary(node, 'ADD', candidate, binary(node, 'MUL', update, difference)) };
  };
}

/** The rows of `state` multiplied by the transposed matrix, [outputs, inputs]. */
function productWith(node: LoweringNode, state: DraftBlob, matrix: DraftBlob): DraftBlob {
  return node.layer('MatMul', [state, matrix], { transB: 1 }, [state.shape[0] ?? 1, matrix.shape[0] ?? 1]);
}

function lstmStep(
  node: LoweringNode,
  { hiddenSize, inputForget }: RecurrentSettings,
  functions: readonly NamedActivation[],
  recurrent: (hidden: DraftBlob) => DraftBlob,
  activate: (index: number, blob: DraftBlob) => DraftBlob,
  { peephole, projection }: CellBlobs,
): Step {
  const [pi, po, pf] = peephole === undefined ? [] : cut(node, peephole, 0, [1, 1, 1]);
  const looking = (gate: DraftBlob, weights: DraftBlob | undefined, cell: DraftBlob): DraftBlob =>
    weights === undefined ? gate : binary(node, 'ADD', gate, binary(node, 'MUL', cell, weights));
  const sizes = [hiddenSize, hiddenSize, hiddenSize, hiddenSize];
  return (input, state) => {
    const sum = binary(node, 'ADD', input, recurrent(state.hidden));
    const [i = sum, o = sum, f = sum, c = sum] = cut(node, sum, 1, sizes);
    const inward = activate(0, looking(i, pi, state.cell));
    const forget = inputForget ? withScalar(node, 'RSUB', inward, 1) : activate(0, looking(f, pf, state.cell));
    const cell = binary(node, 'ADD', binary(node, 'MUL', forget, state.cell), binary(node, 'MUL', inward, activate(1, c)));
    const outward = activate(0, looking(o, po, cell));
    const hidden = binary(node, 'MUL', outward, activation(node, functions[2], cell));
    return { hidden: projection === undefined ? hidden : productWith(node, hidden, projection), cell };
  };
}

type ActivationLayers = (node: LoweringNode, blob: DraftBlob, alpha: number, beta: number) => DraftBlob;

/** The layers of an activation, by lowercase name. */
const activations: Readonly<Record<string, ActivationLayers>> = {
  sigmoid: (node, blob) => node.layer('Sigmoid', [blob], {}, blob.shape),
  tanh: (node, blob) => node.layer('TanH', [blob], {}, blob.shape),
  relu: (node, blob) => node.layer('ReLU', [blob], {}, blob.shape),
  leakyrelu: (node, blob, slope) => node.layer('ReLU', [blob], { slope }, blob.shape),
  elu: (node, blob, alpha) => node.layer('ELU', [blob], { alpha }, blob.shape),
  hardsigmoid: (node, blob, alpha, beta) => node.layer('HardSigmoid', [blob], { alpha, beta }, blob.shape),
  affine: (node, blob, alpha, beta) => withScalar(node, 'ADD', withScalar(node, 'MUL', blob, alpha), beta),
  softplus: (node, blob) => node.layer('Softplus', [blob], {}, blob.shape),
  softsign: (node, blob) => binary(node, 'DIV', blob, withScalar(node, 'ADD', unary(node, 'ABS', blob), 1)),
  scaledtanh: (node, blob, alpha, beta) => {
    const scaled = withScalar(node, 'MUL', blob, beta);
    return withScalar(node, 'MUL', node.layer('TanH', [scaled], {}, blob.shape), alpha);
  },
};

function activation(node: LoweringNode, named: NamedActivation | undefined, blob: DraftBlob): DraftBlob {
  const { name, alpha, beta } = named ?? { name: 'Tanh', alpha: 0, beta: 0 };
  return activations[name.toLowerCase()]?.(node, blob, alpha, beta) ?? blob;
}

/** Slices an operand `[directions, rows, columns]` into one blob `[rows, columns]` per direction. */
function perDirection(node: LoweringNode, index: number, directions: number, rows: number, columns: number): readonly DraftBlob[] {
  const all = node.blob(index, [directions * rows, columns]);
  return cut(
    node,
    all,
    0,
    Array.from({ length: directions }, () => rows),
  );
}

/** The initial state of a direction; zero if it is omitted. */
function initialState(
  node: LoweringNode,
  index: number,
  { reversed, batchFirst }: RecurrentSettings,
  [batch, width]: readonly [batch: number, width: number],
  direction: number,
): DraftBlob {
  const directions = reversed.length;
  if (node.optionalInput(index) === undefined) return node.filled(0, [batch, width], 'zero');
  const states = batchFirst ? swapOuter(node, node.blob(index, [batch, directions, width])) : node.blob(index, [directions, batch, width]);
  const pieces = cut(
    node,
    node.view(states, [directions * batch, width]),
    0,
    reversed.map(() => batch),
  );
  return pieces[direction] ?? states;
}

/** Converts rows [outer * batch, width] to the node's layout. */
function outward(node: LoweringNode, blob: DraftBlob, outer: number, { batchFirst }: RecurrentSettings, batch: number): DraftBlob {
  return batchFirst ? swapOuter(node, node.view(blob, [outer, batch, blob.shape[1] ?? 1])) : blob;
}

/** Permutes [a, b, c] to [b, a, c]. This needs only a view if a or b is 1. */
function swapOuter(node: LoweringNode, blob: DraftBlob): DraftBlob {
  const [first = 1, second = 1, third = 1] = blob.shape;
  if (first === 1 || second === 1) return node.view(blob, [second, first, third]);
  return node.layer('Permute', [blob], { order_type: 2 }, [second, first, third]);
}

/** Slices a 2-D blob along an axis into pieces of the given sizes. */
function cut(node: LoweringNode, blob: DraftBlob, axis: 0 | 1, sizes: readonly number[]): readonly DraftBlob[] {
  if (sizes.length === 1) return [blob];
  const shapes = sizes.map((size) => (axis === 0 ? [size, blob.shape[1] ?? 1] : [blob.shape[0] ?? 1, size]));
  return node.layers('Slice', [blob], { slices: sizes, axis }, shapes);
}

/** Concatenates the rows of 2-D blobs of the same width. */
function joined(node: LoweringNode, blobs: readonly DraftBlob[]): DraftBlob {
  const [first, ...others] = blobs;
  if (first === undefined) throw new OperatorError('invalid', 'the sequence is empty');
  if (others.length === 0) return first;
  const height = blobs.reduce((sum, { shape }) => sum + Number(shape[0]), 0);
  return node.layer('Concat', blobs, { axis: 0 }, [height, first.shape[1] ?? 1]);
}
