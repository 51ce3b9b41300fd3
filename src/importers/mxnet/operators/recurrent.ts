import { OperatorError } from '../../../graph/ir/operator.ts';
import { Tensor } from '../../../graph/ir/tensor.ts';
import type { OperatorRules, SymbolOperator } from '../operator.ts';

/** The fused recurrent layers. */
export const recurrentOperatorRules: OperatorRules = { RNN: { convert: recurrent, arguments: ['data', 'parameters'] } };

/** Gates of each mode in the order of ONNX, by their places in MXNet's: LSTM has i f c o there, GRU r z n. */
const gateOrders = { lstm: [0, 3, 1, 2], gru: [1, 0, 2], rnn_relu: [0], rnn_tanh: [0] } as const;

/**
 * Layers one behind the other. `parameters` is one vector: for each layer and direction the weights of input [gates·H, I] and state
 * [gates·H, H], and behind all of these, for each layer and direction, the biases of input and state [gates·H].
 */
function recurrent(node: SymbolOperator): readonly string[] {
  const { attributes } = node;
  const mode = attributes.choice('mode', ['lstm', 'gru', 'rnn_relu', 'rnn_tanh'], 'lstm');
  for (const name of ['projection_size', 'lstm_state_clip_min', 'lstm_state_clip_max']) {
    if (attributes.text(name) !== undefined) throw new OperatorError('unsupported', `\`${name}\` has no ncnn form`);
  }
  if (attributes.boolean('use_sequence_length', false)) {
    throw new OperatorError(
      'unsupported',
      'the lengths of the sequences are given by an operand',
      'Export the model for sequences of one length.',
    );
  }
  const order = gateOrders[mode];
  const hidden = attributes.integer('state_size', 0);
  const layers = attributes.integer('num_layers', 0);
  const directions = attributes.boolean('bidirectional', false) ? 2 : 1;
  const [steps = 1, batch = 1, width = 1] = node.sizes(node.input(0));
  const gates = order.length;
  if (!(layers <= 1024)) throw new OperatorError('limit', `${layers} layers are too many`);
  const widths = Array.from({ length: layers }, (_, layer) => (layer === 0 ? width : hidden * directions));
  const total = widths.reduce((sum, inputs) => sum + directions * gates * hidden * (inputs + hidden + 2), 0);
  if (!(layers > 0 && hidden > 0 && Number.isSafeInteger(total))) throw new OperatorError('invalid', `${layers} layers of ${hidden} units`);
  const constant = node.constantOf(node.weight(1, [total]));
  if (constant === undefined) throw new OperatorError('unsupported', 'the weights are computed when the net runs');
  const values = constant.toFloat32();

  let offset = 0;
  /** The next matrix of `rows` of the vector, its gates in the order of ONNX. */
  const next = (columns: number): Float32Array => {
    const block = hidden * columns;
    const result = new Float32Array(gates * block);
    for (const [gate, place] of order.entries())
      result.set(values.subarray(offset + place * block, offset + (place + 1) * block), gate * block);
    offset += gates * block;
    return result;
  };
  const weights = widths.map((inputs) => Array.from({ length: directions }, () => ({ input: next(inputs), state: next(hidden) })));
  const biases = widths.map(() => Array.from({ length: directions }, () => [next(1), next(1)]));

  const operator = mode === 'lstm' ? 'LSTM' : mode === 'gru' ? 'GRU' : 'RNN';
  const initial = (operand: number, layer: number): string => {
    const state = node.input(operand);
    const whole =
      node.shape(state)[1] === batch ? state : node.emit('Expand', [state, node.integers([layers * directions, batch, hidden])]);
    return layers === 1 ? whole : node.slice(whole, 0, layer * directions, (layer + 1) * directions);
  };
  let data = node.input(0);
  const lastStates: string[] = [];
  const lastCells: string[] = [];
  for (const [layer, inputs] of widths.entries()) {
    const matrix = (pick: 'input' | 'state', columns: number): string =>
      node.constant(
        Tensor.of('float32', [directions, gates * hidden, columns], joined((weights[layer] ?? []).map((entry) => entry[pick]))),
      );
    const bias = node.constant(Tensor.of('float32', [directions, 2 * gates * hidden], joined((biases[layer] ?? []).flat())));
    const operands = [data, matrix('input', inputs), matrix('state', hidden), bias, '', initial(2, layer)];
    if (mode === 'lstm') operands.push(initial(3, layer));
    const [result = '', state = '', cell = ''] = node.emitAll(operator, operands, mode === 'lstm' ? 3 : 2, {
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
    lastStates.push(state);
    lastCells.push(cell);
  }
  const stacked = (states: readonly string[]): string =>
    states.length === 1 ? (states[0] ?? '') : node.emit('Concat', states, { axis: 0 });
  if (!attributes.boolean('state_outputs', false)) return [data];
  return mode === 'lstm' ? [data, stacked(lastStates), stacked(lastCells)] : [data, stacked(lastStates)];
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
