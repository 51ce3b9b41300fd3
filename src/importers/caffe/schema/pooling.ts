/** Pooling over windows and over regions. */
export const poolingMessages = {
  PoolingParameter: {
    round_mode: { number: 13, kind: 'enum', of: 'RoundMode' },
    ceil_mode: { number: 0, kind: 'bool' },
    pool: { number: 1, kind: 'enum', of: 'PoolMethod', default: 'MAX' },
    pad: { number: 4, kind: 'uint32', default: 0 },
    pad_h: { number: 9, kind: 'uint32', default: 0 },
    pad_w: { number: 10, kind: 'uint32', default: 0 },
    kernel_size: { number: 2, kind: 'uint32' },
    kernel_h: { number: 5, kind: 'uint32' },
    kernel_w: { number: 6, kind: 'uint32' },
    stride: { number: 3, kind: 'uint32', default: 1 },
    stride_h: { number: 7, kind: 'uint32' },
    stride_w: { number: 8, kind: 'uint32' },
    global_pooling: { number: 12, kind: 'bool', default: false },
  },
  SPPParameter: {
    pyramid_height: { number: 1, kind: 'uint32' },
    pool: { number: 2, kind: 'enum', of: 'PoolMethod', default: 'MAX' },
  },
  ROIPoolingParameter: {
    pooled_h: { number: 1, kind: 'uint32', default: 0 },
    pooled_w: { number: 2, kind: 'uint32', default: 0 },
    spatial_scale: { number: 3, kind: 'float', default: 1 },
  },
  ROIAlignParameter: {
    pooled_h: { number: 1, kind: 'uint32', default: 0 },
    pooled_w: { number: 2, kind: 'uint32', default: 0 },
    spatial_scale: { number: 3, kind: 'float', default: 1 },
  },
  PSROIPoolingParameter: {
    spatial_scale: { number: 1, kind: 'float' },
    output_dim: { number: 2, kind: 'int32' },
    group_size: { number: 3, kind: 'int32' },
  },
} as const;
