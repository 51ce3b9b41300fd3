import type { LayerRecord } from '../../record.ts';
import type { ShapeRule } from '../../shapeRule.ts';
import { floatSlot, type NumberOf, slotsWhen, taggedSlot, type WeightRule, type WeightSlot } from '../../weightRule.ts';

/** The shape of the output sequence; the shapes are not known if the layer also returns its states. */
const recurrentShape: ShapeRule = ({ bottoms: [bottom], number, topCount }) => {
  if (bottom?.length !== 2 || topCount !== 1) return undefined;
  return [[bottom[0] ?? 1, number('num_output') * (number('direction') === 2 ? 2 : 1)]];
};

/** Weights of RNN, GRU and LSTM, which differ in the number of gates; `hidden` is the width of the cell, `output` that of the result. */
function recurrentWeights(
  value: NumberOf,
  sizes: { hidden: number; output: number; gates: number; biases: number; project?: boolean },
): readonly WeightSlot[] {
  const { hidden, output, gates, biases, project = false } = sizes;
  const directions = value('direction') === 2 ? 2 : 1;
  const input = Math.trunc(Math.trunc(Math.trunc(value('weight_data_size') / directions) / hidden) / gates);
  return [
    taggedSlot('weight_xc_data', input * hidden * gates * directions),
    taggedSlot('bias_c_data', hidden * biases * directions),
    taggedSlot('weight_hc_data', output * hidden * gates * directions),
    ...slotsWhen(project, taggedSlot('weight_hr_data', hidden * output * directions)),
    ...slotsWhen(
      value('int8_scale_term'),
      floatSlot('weight_xc_data_int8_scales', hidden * gates * directions),
      floatSlot('weight_hc_data_int8_scales', hidden * gates * directions),
    ),
  ];
}

const lstmWeights: WeightRule = (value) => {
  const [hidden, output] = [value('hidden_size'), value('num_output')];
  return recurrentWeights(value, { hidden, output, gates: 4, biases: 4, project: hidden !== output });
};

const gruWeights: WeightRule = (value) =>
  recurrentWeights(value, { hidden: value('num_output'), output: value('num_output'), gates: 3, biases: 4 });

const rnnWeights: WeightRule = (value) =>
  recurrentWeights(value, { hidden: value('num_output'), output: value('num_output'), gates: 1, biases: 1 });

const gruParams = {
  num_output: { id: 0, kind: 'int', default: 0 },
  weight_data_size: { id: 1, kind: 'int', default: 0 },
  direction: { id: 2, kind: 'int', default: 0 },
  int8_scale_term: { id: 8, kind: 'int', default: 0, since: 20240820 },
} as const;

export const GRU: LayerRecord<typeof gruParams> = {
  index: 78,
  since: 20210124,
  half: 'summed',
  family: 'sequence',
  params: gruParams,
  weights: gruWeights,
  shape: recurrentShape,
  creates: { int8: ['Quantize'] },
};

const lstmParams = {
  num_output: { id: 0, kind: 'int', default: 0 },
  weight_data_size: { id: 1, kind: 'int', default: 0 },
  direction: { id: 2, kind: 'int', default: 0, since: 20200413 },
  hidden_size: { id: 3, kind: 'int', default: 'num_output', since: 20221128 },
  int8_scale_term: { id: 8, kind: 'int', default: 0, since: 20240820 },
} as const;

export const LSTM: LayerRecord<typeof lstmParams> = {
  index: 39,
  since: 20170724,
  half: 'summed',
  family: 'sequence',
  params: lstmParams,
  weights: lstmWeights,
  shape: recurrentShape,
  creates: { int8: ['Quantize'] },
};

const rnnParams = {
  num_output: { id: 0, kind: 'int', default: 0 },
  weight_data_size: { id: 1, kind: 'int', default: 0 },
  direction: { id: 2, kind: 'int', default: 0, since: 20210124 },
  int8_scale_term: { id: 8, kind: 'int', default: 0, since: 20240820 },
} as const;

export const RNN: LayerRecord<typeof rnnParams> = {
  index: 38,
  since: 20170724,
  half: 'summed',
  family: 'sequence',
  params: rnnParams,
  weights: rnnWeights,
  shape: recurrentShape,
  creates: { int8: ['Quantize'] },
};
