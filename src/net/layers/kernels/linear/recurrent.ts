import { exactArithmetic } from '../arithmetic.ts';
import { type BlobData, extents, type Kernel, type LayerCall, requireThat } from '../call.ts';

/** The weights of one direction of a recurrent layer. */
interface Direction {
  /** Input weights, grouped by gate. */
  readonly input: Float32Array;
  readonly bias: Float32Array;
  /** Recurrence weights, grouped by gate. */
  readonly recurrence: Float32Array;
  /** Projection of the state, if its size differs from that of the cell. */
  readonly projection: Float32Array | undefined;
}

interface Sizes {
  readonly input: number;
  readonly hidden: number;
  readonly output: number;
}

/** One time step, which updates the states in place. */
type Step = (x: Float32Array, hidden: Float64Array, cell: Float64Array) => void;

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

/** `start` plus the dot product of a row of a weight matrix and a vector. */
type RowProduct = (matrix: Float32Array, row: number, vector: Float32Array | Float64Array, start: number) => number;

/** The functions of gates are computed in float32, also where sums are float16. */
type StepOf = (direction: Direction, sizes: Sizes, product: RowProduct) => Step;

/** Gates in ncnn's order: input, forget, output, cell. */
const lstmStep: StepOf =
  ({ input, bias, recurrence, projection }, { hidden: size, output }, product) =>
  (x, hidden, cell) => {
    const state = hidden.slice();
    const gate = (index: number, unit: number): number => {
      const row = index * size + unit;
      return product(recurrence, row, state, product(input, row, x, bias[row] ?? 0));
    };
    const next = new Float64Array(size);
    for (let unit = 0; unit < size; unit++) {
      const after = sigmoid(gate(1, unit)) * (cell[unit] ?? 0) + sigmoid(gate(0, unit)) * Math.tanh(gate(3, unit));
      next[unit] = sigmoid(gate(2, unit)) * Math.tanh(after);
      cell[unit] = after;
    }
    for (let unit = 0; unit < output; unit++)
      hidden[unit] = projection === undefined ? (next[unit] ?? 0) : exactArithmetic.dot(projection, unit * size, next, 0, size, 0);
  };

/** Gates: reset, update, new. The new gate has a separate recurrence bias, to which the reset gate is applied. */
const gruStep: StepOf =
  ({ input, bias, recurrence }, { hidden: size }, product) =>
  (x, hidden) => {
    const state = hidden.slice();
    const gate = (index: number, unit: number): number => {
      const row = index * size + unit;
      return product(recurrence, row, state, product(input, row, x, bias[row] ?? 0));
    };
    for (let unit = 0; unit < size; unit++) {
      const reset = sigmoid(gate(0, unit));
      const update = sigmoid(gate(1, unit));
      const recurrent = product(recurrence, 2 * size + unit, state, bias[3 * size + unit] ?? 0);
      const candidate = Math.tanh(product(input, 2 * size + unit, x, (bias[2 * size + unit] ?? 0) + reset * recurrent));
      hidden[unit] = (1 - update) * candidate + update * (state[unit] ?? 0);
    }
  };

const rnnStep: StepOf =
  ({ input, bias, recurrence }, { hidden: size }, product) =>
  (x, hidden) => {
    const state = hidden.slice();
    for (let unit = 0; unit < size; unit++) {
      hidden[unit] = Math.tanh(product(recurrence, unit, state, product(input, unit, x, bias[unit] ?? 0)));
    }
  };

function recurrent(call: LayerCall, stepOf: StepOf, hasCell: boolean): readonly BlobData[] {
  requireThat(call.number('int8_scale_term') === 0, 'quantized layers are not supported by the interpreter');
  const bottom = call.bottom(0);
  const { w, h: steps, dims } = extents(bottom);
  const output = call.number('num_output');
  const sizes: Sizes = { input: w, hidden: hasCell ? call.number('hidden_size') : output, output };
  const direction = call.number('direction');
  const count = direction === 2 ? 2 : 1;
  requireThat(dims <= 2 && direction >= 0 && direction <= 2, `a blob of ${dims} dims in direction ${direction}`);
  const states = initialStates(call, count, sizes, hasCell);
  const result = call.newBlob([steps, output * count]);
  call.spend('steps', steps * call.weights.reduce((sum, { length }) => sum + length, 0));
  const product: RowProduct = (matrix, row, vector, start) =>
    call.arithmetic.dotGate(matrix, row * vector.length, vector, 0, vector.length, start);
  for (let index = 0; index < count; index++) {
    const step = stepOf(directionOf(call, index, count), sizes, product);
    const hidden = Float64Array.from(states.hidden.values.subarray(index * output, (index + 1) * output));
    const cell = Float64Array.from(states.cell.values.subarray(index * sizes.hidden, (index + 1) * sizes.hidden));
    const backwards = direction === 1 || index === 1;
    for (let time = 0; time < steps; time++) {
      const row = backwards ? steps - 1 - time : time;
      step(bottom.values.subarray(row * w, (row + 1) * w), hidden, cell);
      result.values.set(hidden, row * output * count + index * output);
    }
    states.hidden.values.set(hidden, index * output);
    states.cell.values.set(cell, index * sizes.hidden);
  }
  return [result, states.hidden, states.cell].slice(0, call.topCount);
}

/** The initial states that are read from blobs, or zeros; always copies, because they are updated in place. */
function initialStates(
  call: LayerCall,
  count: number,
  sizes: Sizes,
  hasCell: boolean,
): { readonly hidden: BlobData; readonly cell: BlobData } {
  const hasStates = call.bottoms.length === (hasCell ? 3 : 2);
  const copy = ({ shape, values }: BlobData): BlobData => ({ shape, values: values.slice() });
  const hidden = hasStates ? copy(call.bottom(1)) : call.newBlob([count, sizes.output]);
  const cell = hasStates && hasCell ? copy(call.bottom(2)) : call.newBlob([count, sizes.hidden]);
  requireThat(
    hidden.values.length === count * sizes.output && cell.values.length === count * sizes.hidden,
    `states of shape [${hidden.shape.join(',')}] are fed for ${count} directions of ${sizes.output}`,
  );
  return { hidden, cell };
}

function directionOf(call: LayerCall, index: number, count: number): Direction {
  const share = (place: number): Float32Array => {
    const values = call.weight(place);
    return values.subarray((index * values.length) / count, ((index + 1) * values.length) / count);
  };
  return { input: share(0), bias: share(1), recurrence: share(2), projection: call.weights.length > 3 ? share(3) : undefined };
}

export const gruKernel: Kernel = (call) => recurrent(call, gruStep, false);

export const lstmKernel: Kernel = (call) => recurrent(call, lstmStep, true);

export const rnnKernel: Kernel = (call) => recurrent(call, rnnStep, false);
