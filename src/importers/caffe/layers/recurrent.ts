import { type ConvertLayer, fixed, fixedProduct, inputAt, invalid, type LayerContext, type LayerRules, unsupported } from '../layer.ts';

interface Sequence {
  readonly blob: string;
  readonly steps: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** The bottom of [time, 1, …] as rows. The second bottom, which marks sequence continuations, is ignored. */
function sequenceOf(context: LayerContext): Sequence {
  const value = inputAt(context, 0);
  const { num_output: outputs = 0, expose_hidden: exposed = false } = context.message.recurrent_param ?? {};
  if (outputs < 1) throw invalid('`recurrent_param` with `num_output` is missing');
  if (exposed) throw unsupported('`expose_hidden` is not supported');
  if (context.inputs.length > 2) throw unsupported('a static input is not supported by ncnn');
  const [steps = 1, streams = 1, ...features] = fixed(value.shape);
  if (streams !== 1) throw unsupported(`${streams} sequences at a time are not supported by ncnn`, 'Make the second size of the input 1.');
  const inputs = fixedProduct(features);
  if (context.inputs.length > 1) {
    context.warn('the second bottom is ignored: ncnn treats every input as a whole sequence', 'Feed whole sequences, one at a time.');
  }
  return { blob: context.view(value, [steps, inputs]), steps, inputs, outputs };
}

const lstm: ConvertLayer = (context) => {
  const { blob, steps, inputs, outputs } = sequenceOf(context);
  const weights = [
    context.weight(0, 'input weights', [4 * outputs, inputs]),
    context.weight(1, 'biases', [4 * outputs]),
    context.weight(2, 'recurrent weights', [4 * outputs, outputs]),
  ];
  const params = { num_output: outputs, weight_data_size: 4 * outputs * inputs };
  const blobShape = [steps, outputs];
  return [{ blob: context.emit('LSTM', params, [blob], blobShape, { weights }), shape: [steps, 1, outputs], blobShape }];
};

/** A hidden state, followed by a separate layer that computes the output. */
const rnn: ConvertLayer = (context) => {
  const { blob, steps, inputs, outputs } = sequenceOf(context);
  const weights = [
    context.weight(0, 'input weights', [outputs, inputs]),
    context.weight(1, 'biases', [outputs]),
    context.weight(2, 'recurrent weights', [outputs, outputs]),
  ];
  const hiddenShape = [steps, outputs];
  const params = { num_output: outputs, weight_data_size: outputs * inputs };
  const hidden = context.emit('RNN', params, [blob], hiddenShape, { weights, suffix: 'hidden' });
  const product = { num_output: outputs, bias_term: 1, weight_data_size: outputs * outputs };
  const matrices = [context.weight(3, 'output weights', [outputs, outputs]), context.weight(4, 'output bias', [outputs])];
  // ncnn treats a blob with one row as a vector.
  const blobShape = steps === 1 ? [outputs] : hiddenShape;
  const rows = context.view({ blob: hidden, shape: hiddenShape, blobShape: hiddenShape }, blobShape);
  const output = context.emit('InnerProduct', product, [rows], blobShape, { weights: matrices, suffix: 'output' });
  return [{ blob: context.emit('TanH', {}, [output], blobShape), shape: [steps, 1, outputs], blobShape }];
};

export const recurrentLayerRules: LayerRules = { LSTM: { convert: lstm, timeFirst: true }, RNN: { convert: rnn, timeFirst: true } };
