/** Normalization, scale and bias. */
export const normalizationMessages = {
  BatchNormParameter: {
    scale_bias: { number: 7, kind: 'bool', default: false },
    use_global_stats: { number: 1, kind: 'bool' },
    eps: { number: 3, kind: 'float', default: 1e-5 },
  },
  BNParameter: {
    eps: { number: 0, kind: 'float' },
    bn_mode: { number: 3, kind: 'enum', of: 'BNMode' },
  },
  BiasParameter: {
    axis: { number: 1, kind: 'int32', default: 1 },
    num_axes: { number: 2, kind: 'int32', default: 1 },
  },
  ScaleParameter: {
    axis: { number: 1, kind: 'int32', default: 1 },
    num_axes: { number: 2, kind: 'int32', default: 1 },
    bias_term: { number: 4, kind: 'bool', default: false },
  },
  LRNParameter: {
    local_size: { number: 1, kind: 'uint32', default: 5 },
    alpha: { number: 2, kind: 'float', default: 1 },
    beta: { number: 3, kind: 'float', default: 0.75 },
    norm_region: { number: 4, kind: 'enum', of: 'NormRegion', default: 'ACROSS_CHANNELS' },
    k: { number: 5, kind: 'float', default: 1 },
  },
  MVNParameter: {
    normalize_variance: { number: 1, kind: 'bool', default: true },
    across_channels: { number: 2, kind: 'bool', default: false },
    eps: { number: 3, kind: 'float', default: 1e-9 },
  },
  NormalizeParameter: {
    across_spatial: { number: 1, kind: 'bool', default: true },
    channel_shared: { number: 3, kind: 'bool', default: true },
    eps: { number: 4, kind: 'float', default: 1e-10 },
  },
  DropoutParameter: {
    dropout_ratio: { number: 1, kind: 'float', default: 0.5 },
    scale_train: { number: 2, kind: 'bool', default: true },
  },
} as const;
