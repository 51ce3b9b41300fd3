import { fixShapes } from '../../diagnostics/remedies.ts';
import { dynamicQuantization } from '../../graph/decompositions/quantized/quantizedRecurrent.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import { type RecurrentKind, recurrentSettings, sequenceShape } from '../../graph/ops/recurrent/settings.ts';
import type { Lowering, LoweringFamily, LoweringNode } from '../node.ts';
import { lowerToLayer, refusalOfLayer } from './layer.ts';
import { lowerToSteps, refusalOfSteps } from './steps.ts';

/** LSTM, GRU and RNN: ncnn's layer if it computes the same, otherwise the cell unrolled for each step. */
export const recurrentLowerings: LoweringFamily = {
  LSTM: recurrent('LSTM'),
  'ncnn:ProjectedLSTM': recurrent('LSTM'),
  GRU: recurrent('GRU'),
  RNN: recurrent('RNN'),
};

function recurrent(kind: RecurrentKind): Lowering {
  return (node) => {
    const settings = recurrentSettings(node, kind);
    const { steps, batch } = sequenceShape(node.shape(0), settings.batchFirst);
    const sequence = { settings, steps, batch, length: usedSteps(node, steps) };
    if (node.int(dynamicQuantization, 0) === 1) {
      node.warn(
        'onnxruntime rounds the operands of this LSTM to 8 bits, but ncnn computes it in float32',
        'Expect results closer to those of the model before quantization.',
      );
    }
    const noLayer = refusalOfLayer(node, sequence);
    const noSteps = refusalOfSteps(sequence);
    if (noLayer === undefined) lowerToLayer(node, sequence);
    else if (noSteps === undefined) lowerToSteps(node, sequence);
    else throw new OperatorError('unsupported', `${noLayer}; it cannot be unrolled either: ${noSteps}`, hint);
  };
}

const hint = 'Fix the shape of the input to a short sequence of one sample, or export the cell with its default settings.';

/** Number of steps to compute: all, or fewer if all samples have the same, shorter constant length. */
function usedSteps(node: LoweringNode, steps: number | string): number | string {
  if (node.optionalInput(4) === undefined) return steps;
  const lengths = node.constantIntegers(4) ?? [];
  const [first = 0] = lengths;
  if (lengths.some((length) => length !== first)) {
    throw new OperatorError(
      'unsupported',
      `the samples have different lengths: ${lengths.join(', ')}`,
      'Run the samples one by one, each with its own length.',
    );
  }
  if (typeof steps === 'string') {
    throw new OperatorError('unsupported', `the length is fixed to ${first}, but the number of steps is dynamic`, fixShapes);
  }
  if (first < 1 || first > steps) throw new OperatorError('invalid', `a length of ${first} does not fit ${steps} steps`);
  return first;
}
