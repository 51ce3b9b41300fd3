/** Layers with learned matrices and kernels. */
export const weightedMessages = {
  ConvolutionParameter: {
    weight_filler: { number: 7, kind: 'message', of: 'FillerParameter' },
    num_output: { number: 1, kind: 'uint32' },
    bias_term: { number: 2, kind: 'bool', default: true },
    pad: { number: 3, kind: 'uint32', repeated: true },
    kernel_size: { number: 4, kind: 'uint32', repeated: true },
    stride: { number: 6, kind: 'uint32', repeated: true },
    dilation: { number: 18, kind: 'uint32', repeated: true },
    pad_h: { number: 9, kind: 'uint32', default: 0 },
    pad_w: { number: 10, kind: 'uint32', default: 0 },
    kernel_h: { number: 11, kind: 'uint32' },
    kernel_w: { number: 12, kind: 'uint32' },
    stride_h: { number: 13, kind: 'uint32' },
    stride_w: { number: 14, kind: 'uint32' },
    group: { number: 5, kind: 'uint32', default: 1 },
    axis: { number: 16, kind: 'int32', default: 1 },
  },
  InnerProductParameter: {
    num_output: { number: 1, kind: 'uint32' },
    bias_term: { number: 2, kind: 'bool', default: true },
    axis: { number: 5, kind: 'int32', default: 1 },
    transpose: { number: 6, kind: 'bool', default: false },
  },
  EmbedParameter: {
    num_output: { number: 1, kind: 'uint32' },
    input_dim: { number: 2, kind: 'uint32' },
    bias_term: { number: 3, kind: 'bool', default: true },
  },
  RecurrentParameter: {
    num_output: { number: 1, kind: 'uint32', default: 0 },
    expose_hidden: { number: 5, kind: 'bool', default: false },
  },
  FillerParameter: {
    type: { number: 1, kind: 'string', default: 'constant' },
    value: { number: 2, kind: 'float', default: 0 },
  },
} as const;
