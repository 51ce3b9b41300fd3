import { type Cell, gruCell, type LstmWeights, lstmCell, rnnCell, runSequence } from '../../../kernels/recurrent.ts';
import type { BatchRule } from '../../ir/batchRule.ts';
import type { Dimension, Shape } from '../../ir/dimension.ts';
import type { ValueType } from '../../ir/graph.ts';
import { numericTensor, present } from '../../ir/numericTensor.ts';
import { type Operator, OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import type { Tensor } from '../../ir/tensor.ts';
import { axisSize, operandSize } from '../rules/cost.ts';
import {
  activationFunction,
  projectionInput,
  type RecurrentKind,
  type RecurrentSettings,
  recurrentSettings,
  sequenceShape,
} from './settings.ts';

const recurrentBatch: BatchRule = (node, [x, ...others]) => {
  const batchFirst = node.int('layout', 0) === 1;
  if (others.some((axis) => axis !== undefined) || x !== (batchFirst ? 0 : 1)) return undefined;
  // Y and Y_h have the batch on different axes, so the batch axis is known only if one of them is used.
  const outputs = node.node.outputs.flatMap((name, index) => (name ? [index] : []));
  if (outputs.length !== 1) return undefined;
  if (batchFirst) return 0;
  return outputs[0] === 0 ? 2 : 1;
};

/**
 * Operators that carry a state along a sequence. X is [steps, batch, input], or [batch, steps, input] with `layout = 1`. W and R are
 * [directions, gates * hidden, …]. B contains both biases in sequence.
 *
 * `ncnn:ProjectedLSTM` is the LSTM of PyTorch with `proj_size`: its last input, [directions, output, hidden], multiplies the result of each
 * step. The product is the hidden state, so Y, Y_h, R and initial_h have the width `output`, Y_c and initial_c the width `hidden`.
 */
export const recurrentOperators: OperatorFamily = {
  LSTM: recurrent('LSTM'),
  'ncnn:ProjectedLSTM': recurrent('LSTM'),
  GRU: recurrent('GRU'),
  RNN: recurrent('RNN'),
};

function recurrent(kind: RecurrentKind): Operator {
  return {
    batch: recurrentBatch,
    cost: (node) => {
      const rows = operandSize(node, 0) / Math.max(1, axisSize(node, 0, 2));
      return rows * [1, 2, projectionInput].reduce((sum, index) => sum + (node.optionalInput(index) ? operandSize(node, index) : 0), 0);
    },
    infer: (node) => inferRecurrent(node, kind),
    evaluate: (node, inputs) => evaluateRecurrent(node, inputs, kind),
  };
}

function inferRecurrent(node: OperatorNode, kind: RecurrentKind): readonly ValueType[] {
  const settings = recurrentSettings(node, kind);
  const { reversed, hiddenSize, outputSize, batchFirst } = settings;
  const { dtype, shape } = node.input(0);
  if (shape === undefined) return [0, 1, 2].map(() => ({ dtype, shape: undefined }));
  const { steps, batch } = sequenceShape(shape, batchFirst);
  const directions = reversed.length;
  checkShapes(node, settings, shape[2] ?? 1, batch);
  const all = batchFirst ? [batch, steps, directions, outputSize] : [steps, directions, batch, outputSize];
  const last = (width: number): Shape => (batchFirst ? [batch, directions, width] : [directions, batch, width]);
  return [
    { dtype, shape: all },
    { dtype, shape: last(outputSize) },
    { dtype, shape: last(hiddenSize) },
  ];
}

/**
 * Throws if weights or states do not have the shapes that the attributes require. Some exporters write such shapes for a projected LSTM.
 */
function checkShapes(
  node: OperatorNode,
  { reversed, gates, hiddenSize, outputSize, batchFirst }: RecurrentSettings,
  inputSize: Dimension,
  batch: Dimension,
): void {
  const [directions, rows] = [reversed.length, gates * hiddenSize];
  const state = (width: number): Shape => (batchFirst ? [batch, directions, width] : [directions, batch, width]);
  const operands: readonly (readonly [index: number, name: string, shape: Shape])[] = [
    [1, 'W', [directions, rows, inputSize]],
    [2, 'R', [directions, rows, outputSize]],
    [3, 'B', [directions, 2 * rows]],
    [5, 'initial_h', state(outputSize)],
    [6, 'initial_c', state(hiddenSize)],
    [projectionInput, 'the projection', [directions, outputSize, hiddenSize]],
  ];
  for (const [index, name, shape] of operands) {
    const actual = node.optionalInput(index)?.shape;
    const agrees = actual === undefined || (actual.length === shape.length && shape.every((size, axis) => canBe(size, actual[axis])));
    if (!agrees) throw new OperatorError('invalid', `${name} has the shape [${actual.join(',')}], expected [${shape.join(',')}]`);
  }
}

/** Whether two sizes can be equal; a dynamic one can have any value. */
function canBe(one: Dimension, other: Dimension | undefined): boolean {
  return typeof one !== 'number' || typeof other !== 'number' || one === other;
}

function evaluateRecurrent(node: OperatorNode, inputs: readonly (Tensor | undefined)[], kind: RecurrentKind): readonly Tensor[] {
  const settings = recurrentSettings(node, kind);
  const { reversed, hiddenSize, outputSize, batchFirst } = settings;
  const widths = [outputSize, hiddenSize] as const;
  const source = present(inputs[0]);
  const inputSize = source.shape[2] ?? 1;
  const steps = source.shape[batchFirst ? 1 : 0] ?? 0;
  const batch = source.shape[batchFirst ? 0 : 1] ?? 0;
  const directions = reversed.length;
  const x = batchFirst ? swapOuter(source.toFloat64(), batch, steps) : source.toFloat64();
  const lengths = inputs[4]?.toIntegers() ?? [];
  const states = widths.map((width, index) => {
    const state = inputs[5 + index];
    if (state === undefined) return new Float64Array(directions * batch * width);
    return batchFirst ? swapOuter(state.toFloat64(), batch, directions) : state.toFloat64().slice();
  });
  const [hidden = new Float64Array(0), cell = new Float64Array(0)] = states;
  const y = new Float64Array(steps * directions * batch * outputSize);
  const size = batch * outputSize;
  for (let direction = 0; direction < directions; direction++) {
    const weights = directionWeights(settings, inputs, direction, inputSize);
    const result = runSequence(
      { x, steps, batch, inputSize, outputSize, hiddenSize, ...weights.input, reverse: reversed[direction] ?? false, lengths },
      cellOf(settings, weights.cell),
      hidden.subarray(direction * size, (direction + 1) * size),
      cell.subarray(direction * batch * hiddenSize, (direction + 1) * batch * hiddenSize),
    );
    for (let step = 0; step < steps; step++) {
      y.set(result.subarray(step * size, (step + 1) * size), (step * directions + direction) * size);
    }
  }
  const { dtype } = source;
  const finals = [hidden, cell].map((values, index) => ({ values, width: widths[index] ?? hiddenSize }));
  if (batchFirst) {
    return [
      numericTensor(dtype, [batch, steps, directions, outputSize], swapOuter(y, steps * directions, batch)),
      ...finals.map(({ values, width }) => numericTensor(dtype, [batch, directions, width], swapOuter(values, directions, batch))),
    ];
  }
  return [
    numericTensor(dtype, [steps, directions, batch, outputSize], y),
    ...finals.map(({ values, width }) => numericTensor(dtype, [directions, batch, width], values)),
  ];
}

interface DirectionWeights {
  /** The input weights, [gates * hidden, input], and their bias. */
  readonly input: { readonly weights: Float64Array; readonly bias: Float64Array };
  readonly cell: LstmWeights;
}

/** The weights of one direction, as views of the operands W, R, B and P, and of the projection. */
function directionWeights(
  { gates, hiddenSize, outputSize, clip, activations }: RecurrentSettings,
  [, w, r, b, , , , p, projection]: readonly (Tensor | undefined)[],
  direction: number,
  inputSize: number,
): DirectionWeights {
  const rows = gates * hiddenSize;
  const part = (values: Float64Array, size: number): Float64Array => values.subarray(direction * size, (direction + 1) * size);
  const biases = b === undefined ? new Float64Array(2 * rows) : part(b.toFloat64(), 2 * rows);
  return {
    input: { weights: part(present(w).toFloat64(), rows * inputSize), bias: biases.subarray(0, rows) },
    cell: {
      recurrence: part(present(r).toFloat64(), rows * outputSize),
      bias: biases.subarray(rows),
      hiddenSize,
      clip,
      activations: (activations[direction] ?? []).map(activationFunction),
      peepholes: p === undefined ? undefined : part(p.toFloat64(), 3 * hiddenSize),
      projection: projection === undefined ? undefined : part(projection.toFloat64(), outputSize * hiddenSize),
    },
  };
}

function cellOf(settings: RecurrentSettings, weights: LstmWeights): Cell {
  if (settings.kind === 'LSTM') return lstmCell(weights, settings.inputForget);
  return settings.kind === 'GRU' ? gruCell(weights, settings.linearBeforeReset) : rnnCell(weights);
}

/** `[outer, middle, rest]` with the first two axes swapped. */
function swapOuter(values: Float64Array, outer: number, middle: number): Float64Array {
  const size = values.length / (outer * middle);
  const result = new Float64Array(values.length);
  for (let first = 0; first < outer; first++) {
    for (let second = 0; second < middle; second++) {
      const from = (first * middle + second) * size;
      result.set(values.subarray(from, from + size), (second * outer + first) * size);
    }
  }
  return result;
}
