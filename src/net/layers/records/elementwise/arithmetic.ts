import { alignedTo } from '../../alignedTo.ts';
import { binaryCodes, eltwiseCodes, unaryCodes } from '../../codes.ts';
import { oncePerOutput } from '../../multiplyAddRule.ts';
import { notSet } from '../../notSet.ts';
import type { LayerRecord } from '../../record.ts';
import type { BlobSizes, ShapeRule } from '../../shapeRule.ts';
import { floatSlot, slotsWhen, type WeightRule } from '../../weightRule.ts';
import { broadcastMeaning } from './broadcastMeaning.ts';

const binaryOpShape: ShapeRule = ({ bottoms: [a, b], number }) => {
  if (a === undefined || number('with_scalar') !== 0) return a && [a];
  if (b === undefined) return undefined;
  const [left, right] = [alignedTo(a, b), alignedTo(b, a)];
  const shape = left.map((size, axis) => Math.max(size, right[axis] ?? 1));
  const fits = (sizes: BlobSizes): boolean => sizes.every((size, axis) => size === 1 || size === shape[axis]);
  return fits(left) && fits(right) ? [shape] : undefined;
};

/** The scale may be the second bottom instead of a weight. */
const scaleWeights: WeightRule = (value) => {
  const size = value('scale_data_size');
  return size === notSet ? [] : [floatSlot('scale_data', size), ...slotsWhen(value('bias_term'), floatSlot('bias_data', size))];
};

const batchNormParams = {
  channels: { id: 0, kind: 'int', default: 0 },
  eps: { id: 1, kind: 'float', default: 0 },
} as const;

export const BatchNorm: LayerRecord<typeof batchNormParams> = {
  index: 2,
  since: 20170724,
  half: 'computed',
  family: 'normalization',
  oneBlobOnly: true,
  inplace: true,
  params: batchNormParams,
  weights: (value) => ['slope_data', 'mean_data', 'var_data', 'bias_data'].map((name) => floatSlot(name, value('channels'))),
  shape: 'same',
  multiplyAdds: oncePerOutput,
  elements: 'mapped',
};

const biasParams = {
  bias_data_size: { id: 0, kind: 'int', default: 0 },
} as const;

export const Bias: LayerRecord<typeof biasParams> = {
  index: 3,
  since: 20170724,
  family: 'normalization',
  oneBlobOnly: true,
  inplace: true,
  params: biasParams,
  weights: (value) => [floatSlot('bias_data', value('bias_data_size'))],
  shape: 'same',
  elements: 'mapped',
  multiplyAdds: oncePerOutput,
};

const binaryOpParams = {
  op_type: { id: 0, kind: 'int', default: 0 },
  with_scalar: { id: 1, kind: 'int', default: 0 },
  b: { id: 2, kind: 'float', default: 0 },
} as const;

export const BinaryOp: LayerRecord<typeof binaryOpParams> = {
  index: 40,
  since: 20170809,
  half: 'rounded',
  meaningSince: broadcastMeaning,
  family: 'arithmetic',
  params: binaryOpParams,
  operators: { param: 'op_type', codes: binaryCodes },
  shape: binaryOpShape,
  multiplyAdds: oncePerOutput,
  elements: 'mapped',
};

const eltwiseParams = {
  op_type: { id: 0, kind: 'int', default: 0 },
  coeffs: { id: 1, kind: 'floats' },
} as const;

export const Eltwise: LayerRecord<typeof eltwiseParams> = {
  index: 10,
  since: 20170724,
  half: 'computed',
  fourAxesSince: 20230223,
  family: 'arithmetic',
  params: eltwiseParams,
  operators: { param: 'op_type', codes: eltwiseCodes },
  shape: ({ bottoms: [bottom] }) => bottom && [bottom],
  elements: 'mapped',
  multiplyAdds: oncePerOutput,
};

const scaleParams = {
  scale_data_size: { id: 0, kind: 'int', default: 0 },
  bias_term: { id: 1, kind: 'int', default: 0 },
} as const;

export const Scale: LayerRecord<typeof scaleParams> = {
  index: 29,
  since: 20170724,
  fourAxesSince: 20230816,
  family: 'normalization',
  oneBlobOnly: true,
  inplace: true,
  params: scaleParams,
  takesMore: (value) => value('scale_data_size') === notSet,
  weights: scaleWeights,
  shape: 'same',
  multiplyAdds: oncePerOutput,
  elements: 'mapped',
};

const unaryOpParams = {
  op_type: { id: 0, kind: 'int', default: 0 },
} as const;

export const UnaryOp: LayerRecord<typeof unaryOpParams> = {
  index: 41,
  since: 20170809,
  half: 'rounded',
  family: 'arithmetic',
  oneBlobOnly: true,
  inplace: true,
  params: unaryOpParams,
  operators: { param: 'op_type', codes: unaryCodes },
  shape: 'same',
  elements: 'mapped',
};
