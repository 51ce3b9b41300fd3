import { OperatorError } from '../../../../graph/ir/operator.ts';
import type { AtenCall } from '../call.ts';
import { type AtenFamily, atenOperator } from '../operator.ts';

/** Recurrent layers, which may be stacked and bidirectional. */
export const recurrentFamily: AtenFamily = [
  atenOperator(
    'lstm.input(Tensor input, Tensor[] hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor, Tensor)',
    (call) => recurrent(call, lstm, call.inputs('hx')),
  ),
  atenOperator(
    'gru.input(Tensor input, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor)',
    (call) => recurrent(call, gru, [call.input('hx')]),
  ),
  atenOperator(
    'rnn_tanh.input(Tensor input, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor)',
    (call) => recurrent(call, { ...rnn, activation: 'Tanh' }, [call.input('hx')]),
  ),
  atenOperator(
    'rnn_relu.input(Tensor input, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor)',
    (call) => recurrent(call, { ...rnn, activation: 'Relu' }, [call.input('hx')]),
  ),
  atenOperator(
    'lstm_cell(Tensor input, Tensor[] hx, Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor? b_hh=None) -> (Tensor, Tensor)',
    (call) => cell(call, lstm, call.inputs('hx')),
  ),
  atenOperator(
    'gru_cell(Tensor input, Tensor hx, Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor? b_hh=None) -> Tensor',
    (call) => cell(call, gru, [call.input('hx')])[0] ?? '',
  ),
  atenOperator(
    'rnn_tanh_cell(Tensor input, Tensor hx, Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor? b_hh=None) -> Tensor',
    (call) => cell(call, { ...rnn, activation: 'Tanh' }, [call.input('hx')])[0] ?? '',
  ),
  atenOperator(
    'rnn_relu_cell(Tensor input, Tensor hx, Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor? b_hh=None) -> Tensor',
    (call) => cell(call, { ...rnn, activation: 'Relu' }, [call.input('hx')])[0] ?? '',
  ),
];

interface RecurrentKind {
  readonly operator: 'LSTM' | 'GRU' | 'RNN';
  /** For each gate of ONNX, its index in the order of torch. */
  readonly gates: readonly number[];
  /** Hidden state only, or hidden state and cell. */
  readonly states: 1 | 2;
  readonly activation?: string;
}

// Torch's order is input, forget, cell, output; that of ONNX is input, output, forget, cell.
const lstm: RecurrentKind = { operator: 'LSTM', gates: [0, 3, 1, 2], states: 2 };
// Torch's order is reset, update, new; that of ONNX is update, reset, new.
const gru: RecurrentKind = { operator: 'GRU', gates: [1, 0, 2], states: 1 };
const rnn: RecurrentKind = { operator: 'RNN', gates: [0], states: 1 };

/** The weights of one direction of one layer. */
interface DirectionWeights {
  readonly input: string;
  readonly hidden: string;
  readonly biases: readonly string[];
  /** [proj_size, hidden]; only of an LSTM. */
  readonly projection: string | undefined;
}

/** The output sequence, and the final states of all layers. */
function recurrent(call: AtenCall, kind: RecurrentKind, states: readonly string[]): readonly string[] {
  if (call.bool('train') && call.float('dropout') > 0) {
    throw new OperatorError('unsupported', 'dropout is random in training', 'Export the model after model.eval().');
  }
  const input = call.input('input');
  const isSingle = call.rankOf(input) === 2;
  const isBatchFirst = call.bool('batch_first') && !isSingle;
  const batched = isSingle ? call.unsqueeze(input, [1]) : input;
  let sequence = isBatchFirst ? call.transpose(batched, [1, 0, 2]) : batched;
  const initial = states.map((state) => (isSingle ? call.unsqueeze(state, [1]) : state));
  const directions = call.bool('bidirectional') ? 2 : 1;
  const layers = call.count('num_layers');
  const weights = directionWeights(call, layers * directions);
  const last: string[][] = Array.from({ length: kind.states }, () => []);
  for (let layer = 0; layer < layers; layer++) {
    const own = initial.map((state) => call.slice(state, 0, layer * directions, (layer + 1) * directions));
    const results = runLayer(call, kind, sequence, own, weights.slice(layer * directions, (layer + 1) * directions));
    const [values = '', ...after] = results;
    sequence = values;
    for (const [place, state] of after.entries()) last[place]?.push(state);
  }
  const output = isBatchFirst ? call.transpose(sequence, [1, 0, 2]) : sequence;
  const stacked = last.map((parts) => (parts.length === 1 ? (parts[0] ?? '') : call.emit('Concat', parts, { axis: 0 })));
  return [output, ...stacked].map((value) => (isSingle ? call.squeeze(value, [1]) : value));
}

/** The parameters, ordered by layer and direction. */
function directionWeights(call: AtenCall, count: number): readonly DirectionWeights[] {
  const params = call.inputs('params');
  const size = params.length / count;
  const hasBiases = call.bool('has_biases');
  if (count > params.length) throw new OperatorError('invalid', 'weights of a recurrent layer are missing');
  return Array.from({ length: count }, (_, place) => {
    const [input, hidden, ...optional] = params.slice(place * size, (place + 1) * size);
    if (input === undefined || hidden === undefined) throw new OperatorError('invalid', 'weights of a recurrent layer are missing');
    const biases = hasBiases ? optional.slice(0, 2) : [];
    return { input, hidden, biases, projection: optional[biases.length] };
  });
}

function runLayer(
  call: AtenCall,
  kind: RecurrentKind,
  sequence: string,
  states: readonly string[],
  weights: readonly DirectionWeights[],
): readonly string[] {
  const stack = (pick: (direction: DirectionWeights) => string): string => {
    const parts = weights.map((direction) => call.unsqueeze(pick(direction), [0]));
    return parts.length === 1 ? (parts[0] ?? '') : call.emit('Concat', parts, { axis: 0 });
  };
  const hasBiases = weights.every(({ biases }) => biases.length === 2);
  const bias = hasBiases
    ? stack(({ biases }) =>
        call.emit(
          'Concat',
          biases.map((part) => reordered(call, part, kind)),
          { axis: 0 },
        ),
      )
    : '';
  const matrices = [stack(({ input }) => reordered(call, input, kind)), stack(({ hidden }) => reordered(call, hidden, kind))];
  const isProjected = weights[0]?.projection !== undefined;
  const operator = isProjected ? 'ncnn:ProjectedLSTM' : kind.operator;
  const projection = isProjected ? ['', stack(({ projection = '' }) => projection)] : [];
  const results = call.emitAll(operator, [sequence, ...matrices, bias, '', ...states, ...projection], 1 + kind.states, {
    hidden_size: call.sizeOfAxis(weights[0]?.hidden ?? '', 0) / kind.gates.length,
    direction: weights.length === 2 ? 'bidirectional' : 'forward',
    ...(kind.operator === 'GRU' ? { linear_before_reset: 1 } : {}),
    ...(kind.activation === undefined ? {} : { activations: weights.map(() => kind.activation ?? '') }),
  });
  const [values = '', ...after] = results;
  return [joinedDirections(call, values), ...after];
}

/** [steps, directions, samples, width] as [steps, samples, directions · width]. */
function joinedDirections(call: AtenCall, values: string): string {
  const [steps = 1, directions, samples = 1, width] = call.sizeArguments(values);
  if (directions === 1) return call.squeeze(values, [1]);
  const joined = typeof directions === 'number' && typeof width === 'number' ? directions * width : -1;
  return call.resize(call.transpose(values, [0, 2, 1, 3]), [steps, samples, joined]);
}

/** Reorders the gates of a weight to ONNX's order. */
function reordered(call: AtenCall, weight: string, { gates }: RecurrentKind): string {
  if (gates.length === 1) return weight;
  const rows = call.sizeOfAxis(weight, 0);
  const size = rows / gates.length;
  if (!Number.isInteger(size)) throw new OperatorError('invalid', `the weights have ${rows} rows, expected a multiple of ${gates.length}`);
  return call.emit(
    'Concat',
    gates.map((gate) => call.slice(weight, 0, gate * size, (gate + 1) * size)),
    { axis: 0 },
  );
}

/** One step: a sequence of one element. */
function cell(call: AtenCall, kind: RecurrentKind, states: readonly string[]): readonly string[] {
  const input = call.input('input');
  const isSingle = call.rankOf(input) === 1;
  const batch = (value: string): string => (isSingle ? call.unsqueeze(value, [0]) : value);
  const biases = [call.optionalInput('b_ih'), call.optionalInput('b_hh')].flatMap((bias) => bias ?? []);
  const weights = { input: call.input('w_ih'), hidden: call.input('w_hh'), biases, projection: undefined };
  const results = runLayer(
    call,
    kind,
    call.unsqueeze(batch(input), [0]),
    states.map((state) => call.unsqueeze(batch(state), [0])),
    [weights],
  );
  return results.slice(1).map((state) => call.squeeze(state, isSingle ? [0, 1] : [0]));
}
