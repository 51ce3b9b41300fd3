import { checkList, maxOutputs } from '../../../graph/ir/limits.ts';
import { OperatorError } from '../../../graph/ir/operator.ts';
import { Tensor } from '../../../graph/ir/tensor.ts';
import type { OperatorRules, SymbolOperator } from '../operator.ts';

/** Fused recurrent layers. */
export const recurrentOperatorRules: OperatorRules = { RNN: { convert: recurrent, arguments: ['data', 'parameters'] } };

/** Gates of each mode in ONNX order, as indices into MXNet's order: i f c o for LSTM, r z n for GRU. */
const gateOrders = { lstm: [0, 3, 1, 2], gru: [1, 0, 2], rnn_relu: [0], rnn_tanh: [0] } as const;

type Mode = keyof typeof gateOrders;

/** The settings from the attributes and the operand. */
interface StackSettings {
  readonly mode: Mode;
  readonly operator: 'LSTM' | 'GRU' | 'RNN';
  readonly hidden: number;
  readonly directions: 1 | 2;
  readonly steps: number;
  readonly batch: number;
  /** Input size of each layer. */
  readonly widths: readonly number[];
}

/** The weights of a layer in the layout of ONNX. */
interface LayerWeights {
  /** [directions, gates · hidden, input] */
  readonly input: Tensor;
  /** [directions, gates · hidden, hidden] */
  readonly state: Tensor;
  /** [directions, 2 · gates · hidden] */
  readonly bias: Tensor;
}

/** Emits the stacked layers one after the other. */
function recurrent(node: SymbolOperator): readonly string[] {
  const settings = stackSettings(node);
  const { mode, operator, hidden, directions, steps, batch, widths } = settings;
  const weights = stackWeights(node, settings);
  const initial = (operand: number, layer: number): string => {
    const state = node.input(operand);
    const all = [widths.length * directions, batch, hidden];
    const whole = node.shapeOf(state)[1] === batch ? state : node.emit('Expand', [state, node.integers(all)]);
    return widths.length === 1 ? whole : node.slice(whole, 0, layer * directions, (layer + 1) * directions);
  };
  let data = node.input(0);
  const lastStates: string[] = [];
  const lastCells: string[] = [];
  for (const [layer, { input, state, bias }] of weights.entries()) {
    const operands = [data, node.constant(input), node.constant(state), node.constant(bias), '', initial(2, layer)];
    if (mode === 'lstm') operands.push(initial(3, layer));
    const [result = '', lastState = '', lastCell = ''] = node.emitAll(operator, operands, mode === 'lstm' ? 3 : 2, {
      hidden_size: hidden,
      direction: directions === 2 ? 'bidirectional' : 'forward',
      ...(mode === 'gru' ? { linear_before_reset: 1 } : {}),
      ...(operator === 'RNN' ? { activations: Array.from({ length: directions }, () => (mode === 'rnn_relu' ? 'Relu' : 'Tanh')) } : {}),
    });
    // From [steps, directions, batch, hidden] to [steps, batch, directions · hidden].
    data =
      directions === 1
        ? node.squeeze(result, [1])
        : node.reshape(node.transpose(result, [0, 2, 1, 3]), [steps, batch, directions * hidden]);
    lastStates.push(lastState);
    lastCells.push(lastCell);
  }
  const stacked = (states: readonly string[]): string =>
    states.length === 1 ? (states[0] ?? '') : node.emit('Concat', states, { axis: 0 });
  if (!node.attributes.boolean('state_outputs', false)) return [data];
  return mode === 'lstm' ? [data, stacked(lastStates), stacked(lastCells)] : [data, stacked(lastStates)];
}

/** Throws `OperatorError` for attributes that ncnn does not support. */
function stackSettings(node: SymbolOperator): StackSettings {
  const { attributes } = node;
  const mode = attributes.choice('mode', ['lstm', 'gru', 'rnn_relu', 'rnn_tanh'], 'lstm');
  for (const name of ['projection_size', 'lstm_state_clip_min', 'lstm_state_clip_max']) {
    if (attributes.text(name) !== undefined) throw new OperatorError('unsupported', `\`${name}\` is not supported by ncnn`);
  }
  if (attributes.boolean('use_sequence_length', false)) {
    const hint = 'Export the model for sequences of one length.';
    throw new OperatorError('unsupported', 'sequence lengths as an operand are not supported', hint);
  }
  const hidden = attributes.integer('state_size', 0);
  const layers = attributes.integer('num_layers', 0);
  checkList(layers, maxOutputs);
  if (layers > 1024) throw new OperatorError('limit', `${layers} layers are too many`);
  if (!(layers > 0 && hidden > 0)) throw new OperatorError('invalid', `${layers} layers of ${hidden} units`);
  const directions = attributes.boolean('bidirectional', false) ? 2 : 1;
  const [steps = 1, batch = 1, width = 1] = node.sizesOf(node.input(0));
  const widths = Array.from({ length: layers }, (_, layer) => (layer === 0 ? width : hidden * directions));
  const operator = mode === 'lstm' ? 'LSTM' : mode === 'gru' ? 'GRU' : 'RNN';
  return { mode, operator, hidden, directions, steps, batch, widths };
}

/**
 * The weights of all layers. `parameters` is one vector: for each layer and direction the input weights [gates·H, I] and state weights
 * [gates·H, H], and after all of these, for each layer and direction, the input and state biases [gates·H].
 */
function stackWeights(node: SymbolOperator, { mode, hidden, directions, widths }: StackSettings): readonly LayerWeights[] {
  const order = gateOrders[mode];
  const rows = order.length * hidden;
  const total = widths.reduce((sum, inputs) => sum + directions * rows * (inputs + hidden + 2), 0);
  if (!Number.isSafeInteger(total)) throw new OperatorError('invalid', `${widths.length} layers of ${hidden} units`);
  const constant = node.constantOf(node.weight(1, [total]));
  if (constant === undefined) throw new OperatorError('unsupported', 'the weights are computed when the net runs');
  const values = constant.toFloat32();
  let offset = 0;
  /** The next matrix of the vector, with its gates in ONNX order. */
  const next = (columns: number): Float32Array => {
    const block = hidden * columns;
    const result = new Float32Array(rows * columns);
    for (const [gate, place] of order.entries()) {
      result.set(values.subarray(offset + place * block, offset + (place + 1) * block), gate * block);
    }
    offset += rows * columns;
    return result;
  };
  const perDirection = <T>(read: () => T): readonly T[] => Array.from({ length: directions }, read);
  const matrices = widths.map((inputs) => perDirection(() => ({ input: next(inputs), state: next(hidden) })));
  const biases = widths.map(() => perDirection(() => [next(1), next(1)]).flat());
  return widths.map((inputs, layer) => {
    const parts = matrices[layer] ?? [];
    return {
      input: Tensor.of('float32', [directions, rows, inputs], joined(parts.map(({ input }) => input))),
      state: Tensor.of('float32', [directions, rows, hidden], joined(parts.map(({ state }) => state))),
      bias: Tensor.of('float32', [directions, 2 * rows], joined(biases[layer] ?? [])),
    };
  });
}

function joined(arrays: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const array of arrays) {
    result.set(array, offset);
    offset += array.length;
  }
  return result;
}
