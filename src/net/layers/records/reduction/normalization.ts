import type { LayerRecord } from '../../record.ts';
import { floatSlot, slotsWhen, type WeightRule } from '../../weightRule.ts';

/** gamma and beta, if the layer has them. */
function gammaAndBeta(size: string): WeightRule {
  return (value) => slotsWhen(value('affine'), floatSlot('gamma_data', value(size)), floatSlot('beta_data', value(size)));
}

const groupNormParams = {
  group: { id: 0, kind: 'int', default: 1 },
  channels: { id: 1, kind: 'int', default: 0 },
  eps: { id: 2, kind: 'float', default: 0.001 },
  affine: { id: 3, kind: 'int', default: 1 },
} as const;

export const GroupNorm: LayerRecord<typeof groupNormParams> = {
  index: 75,
  since: 20200916,
  half: 'stored',
  family: 'normalization',
  oneBlobOnly: true,
  inplace: true,
  params: groupNormParams,
  weights: gammaAndBeta('channels'),
  shape: 'same',
};

const instanceNormParams = {
  channels: { id: 0, kind: 'int', default: 0 },
  eps: { id: 1, kind: 'float', default: 0.001 },
  affine: { id: 2, kind: 'int', default: 1, since: 20200916 },
} as const;

export const InstanceNorm: LayerRecord<typeof instanceNormParams> = {
  index: 53,
  since: 20180314,
  half: 'rounded',
  fourAxesSince: 20260526,
  family: 'normalization',
  oneBlobOnly: true,
  inplace: true,
  params: instanceNormParams,
  weights: gammaAndBeta('channels'),
  shape: 'same',
};

const layerNormParams = {
  affine_size: { id: 0, kind: 'int', default: 0 },
  eps: { id: 1, kind: 'float', default: 0.001 },
  affine: { id: 2, kind: 'int', default: 1, since: 20210322 },
} as const;

export const LayerNorm: LayerRecord<typeof layerNormParams> = {
  index: 76,
  since: 20200916,
  half: 'stored',
  fourAxesSince: 20260526,
  family: 'normalization',
  oneBlobOnly: true,
  inplace: true,
  params: layerNormParams,
  weights: gammaAndBeta('affine_size'),
  shape: 'same',
};

const lrnParams = {
  region_type: { id: 0, kind: 'int', default: 0 },
  local_size: { id: 1, kind: 'int', default: 5 },
  alpha: { id: 2, kind: 'float', default: 1 },
  beta: { id: 3, kind: 'float', default: 0.75 },
  bias: { id: 4, kind: 'float', default: 1 },
} as const;

export const LRN: LayerRecord<typeof lrnParams> = {
  index: 18,
  since: 20170724,
  // Earlier releases center a window over an even number of channels differently.
  meaningSince: ({ number }) => (number('region_type') === 0 && number('local_size') % 2 === 0 ? 20261020 : 0),
  family: 'normalization',
  oneBlobOnly: true,
  inplace: true,
  params: lrnParams,
  shape: 'same',
  creates: { always: ['Padding'] },
};

const mvnParams = {
  normalize_variance: { id: 0, kind: 'int', default: 0 },
  across_channels: { id: 1, kind: 'int', default: 0 },
  eps: { id: 2, kind: 'float', default: 0.0001 },
} as const;

export const MVN: LayerRecord<typeof mvnParams> = {
  index: 20,
  since: 20170724,
  fourAxesSince: 20260526,
  family: 'normalization',
  oneBlobOnly: true,
  params: mvnParams,
  shape: 'same',
};

const normalizeParams = {
  across_spatial: { id: 0, kind: 'int', default: 0 },
  channel_shared: { id: 1, kind: 'int', default: 0 },
  eps: { id: 2, kind: 'float', default: 0.0001 },
  scale_data_size: { id: 3, kind: 'int', default: 0 },
  across_channel: { id: 4, kind: 'int', default: 1 },
  eps_mode: { id: 9, kind: 'int', default: 0, since: 20200106 },
} as const;

export const Normalize: LayerRecord<typeof normalizeParams> = {
  index: 46,
  since: 20171017,
  fourAxesSince: 20260526,
  family: 'normalization',
  oneBlobOnly: true,
  inplace: true,
  params: normalizeParams,
  weights: (value) => [floatSlot('scale_data', value('scale_data_size'))],
  shape: 'same',
};

const rmsNormParams = {
  affine_size: { id: 0, kind: 'int', default: 0 },
  eps: { id: 1, kind: 'float', default: 0.001 },
  affine: { id: 2, kind: 'int', default: 1 },
} as const;

export const RMSNorm: LayerRecord<typeof rmsNormParams> = {
  index: 104,
  since: 20240820,
  half: 'stored',
  fourAxesSince: 20260526,
  family: 'normalization',
  oneBlobOnly: true,
  inplace: true,
  params: rmsNormParams,
  weights: (value) => slotsWhen(value('affine'), floatSlot('gamma_data', value('affine_size'))),
  shape: 'same',
};
