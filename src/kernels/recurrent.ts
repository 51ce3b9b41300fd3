/** ONNX's recurrent cells in float64, for one direction at a time. */

/** An activation function as in `activations`. */
export type Activation = (value: number) => number;

/** One step: takes the input's contribution to the gates, `gates * hidden` values, and updates the states in place. */
export type Cell = (input: Float64Array, hidden: Float64Array, cell: Float64Array) => void;

export interface CellWeights {
  /** Recurrence weights, [gates * hidden, output]; `output` is `hidden` without a projection. */
  readonly recurrence: Float64Array;
  /** Bias of the recurrence, `gates * hidden` values. */
  readonly bias: Float64Array;
  readonly hiddenSize: number;
  /** Bound on the input of an activation; infinite for none. */
  readonly clip: number;
  readonly activations: readonly Activation[];
}

export interface LstmWeights extends CellWeights {
  /** `[3 * hidden]` for the gates i, o and f; applied to the cell state. */
  readonly peepholes: Float64Array | undefined;
  /** [output, hidden]: maps the result of a step to the hidden state. */
  readonly projection: Float64Array | undefined;
}

/** LSTM with gates i, o, f, c. */
export function lstmCell(weights: LstmWeights, inputForget: boolean): Cell {
  const { hiddenSize: size, peepholes, projection } = weights;
  const [f, g, h] = activationsOf(weights);
  const bounded = bound(weights.clip);
  return (input, hidden, cell) => {
    const gates = recurrentSum(weights, 4, hidden, input);
    const at = (gate: number, unit: number): number => gates[gate * size + unit] ?? 0;
    const peephole = (gate: number, unit: number): number => peepholes?.[gate * size + unit] ?? 0;
    const next = projection === undefined ? hidden : new Float64Array(size);
    for (let unit = 0; unit < size; unit++) {
      const before = cell[unit] ?? 0;
      const i = f(bounded(at(0, unit) + peephole(0, unit) * before));
      const forget = inputForget ? 1 - i : f(bounded(at(2, unit) + peephole(2, unit) * before));
      const after = forget * before + i * g(bounded(at(3, unit)));
      const o = f(bounded(at(1, unit) + peephole(1, unit) * after));
      cell[unit] = after;
      next[unit] = o * h(after);
    }
    if (projection !== undefined) project(projection, next, hidden);
  };
}

/** GRU with gates z, r, h. With `linearBeforeReset` the reset gate multiplies the product, otherwise the state before the product. */
export function gruCell(weights: CellWeights, linearBeforeReset: boolean): Cell {
  const { hiddenSize: size, recurrence, bias } = weights;
  const [f, g] = activationsOf(weights);
  const bounded = bound(weights.clip);
  return (input, hidden) => {
    const gates = recurrentSum(weights, 2, hidden, input);
    const update = gates.slice(0, size).map((value) => f(bounded(value)));
    const reset = gates.slice(size, 2 * size).map((value) => f(bounded(value)));
    const operand = linearBeforeReset ? hidden : hidden.map((value, unit) => value * (reset[unit] ?? 0));
    const next = new Float64Array(size);
    for (let unit = 0; unit < size; unit++) {
      const row = 2 * size + unit;
      let sum = bias[row] ?? 0;
      for (let other = 0; other < size; other++) sum += (recurrence[row * size + other] ?? 0) * (operand[other] ?? 0);
      if (linearBeforeReset) sum *= reset[unit] ?? 0;
      const candidate = g(bounded(sum + (input[row] ?? 0)));
      const z = update[unit] ?? 0;
      next[unit] = (1 - z) * candidate + z * (hidden[unit] ?? 0);
    }
    hidden.set(next);
  };
}

/** The simple RNN cell with a single gate. */
export function rnnCell(weights: CellWeights): Cell {
  const [f] = activationsOf(weights);
  const bounded = bound(weights.clip);
  return (input, hidden) => hidden.set(recurrentSum(weights, 1, hidden, input).map((value) => f(bounded(value))));
}

export interface Sequence {
  /** Shape [steps, batch, inputSize]. */
  readonly x: Float64Array;
  readonly steps: number;
  readonly batch: number;
  readonly inputSize: number;
  /** Width of the hidden state, which is the result. */
  readonly outputSize: number;
  /** Width of the cell state. */
  readonly hiddenSize: number;
  /** Input weights, [gates * hidden, inputSize], and their bias. */
  readonly weights: Float64Array;
  readonly bias: Float64Array;
  readonly reverse: boolean;
  /** Number of steps of each sample. */
  readonly lengths: readonly number[];
}

/**
 * Runs a cell over a sequence. `hidden`, [batch, outputSize], and `cell`, [batch, hiddenSize], contain the initial states and receive the
 * final ones. Returns the hidden state after each step, [steps, batch, outputSize], which is zero after the end of a sample.
 */
export function runSequence(sequence: Sequence, step: Cell, hidden: Float64Array, cell: Float64Array): Float64Array {
  const { x, steps, batch, inputSize, outputSize, hiddenSize, weights, bias, reverse, lengths } = sequence;
  const result = new Float64Array(steps * batch * outputSize);
  for (let sample = 0; sample < batch; sample++) {
    const h = hidden.subarray(sample * outputSize, (sample + 1) * outputSize);
    const c = cell.subarray(sample * hiddenSize, (sample + 1) * hiddenSize);
    const length = Math.min(lengths[sample] ?? steps, steps);
    for (let count = 0; count < length; count++) {
      const time = reverse ? length - 1 - count : count;
      const start = (time * batch + sample) * inputSize;
      const input = bias.slice();
      for (let row = 0; row < input.length; row++) {
        let sum = bias[row] ?? 0;
        for (let column = 0; column < inputSize; column++) sum += (weights[row * inputSize + column] ?? 0) * (x[start + column] ?? 0);
        input[row] = sum;
      }
      step(input, h, c);
      result.set(h, (time * batch + sample) * outputSize);
    }
  }
  return result;
}

/** Multiplies a matrix, [hidden.length, next.length], by a vector. */
function project(matrix: Float64Array, next: Float64Array, hidden: Float64Array): void {
  for (let row = 0; row < hidden.length; row++) {
    let sum = 0;
    for (let unit = 0; unit < next.length; unit++) sum += (matrix[row * next.length + unit] ?? 0) * (next[unit] ?? 0);
    hidden[row] = sum;
  }
}

function recurrentSum(
  { recurrence, bias, hiddenSize }: CellWeights,
  gates: number,
  hidden: Float64Array,
  input: Float64Array,
): Float64Array {
  const width = hidden.length;
  const result = new Float64Array(gates * hiddenSize);
  for (let row = 0; row < result.length; row++) {
    let sum = (input[row] ?? 0) + (bias[row] ?? 0);
    for (let other = 0; other < width; other++) sum += (recurrence[row * width + other] ?? 0) * (hidden[other] ?? 0);
    result[row] = sum;
  }
  return result;
}

function activationsOf({ activations }: CellWeights): readonly [Activation, Activation, Activation] {
  const [f = Math.tanh, g = Math.tanh, h = Math.tanh] = activations;
  return [f, g, h];
}

function bound(clip: number): Activation {
  return Number.isFinite(clip) ? (value) => Math.max(-clip, Math.min(clip, value)) : (value) => value;
}
