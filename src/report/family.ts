/** Kinds of layers that are drawn in the same color. */
export type Family =
  | 'input'
  | 'convolution'
  | 'linear'
  | 'activation'
  | 'normalization'
  | 'pooling'
  | 'arithmetic'
  | 'movement'
  | 'sequence'
  | 'other';

/** What the legend calls them, in its order. */
export const familyNames: Readonly<Record<Family, string>> = {
  input: 'input, output',
  convolution: 'convolution',
  linear: 'linear',
  sequence: 'recurrent, attention',
  normalization: 'normalization',
  activation: 'activation',
  pooling: 'pooling, resizing',
  arithmetic: 'arithmetic',
  movement: 'shape and order',
  other: 'other',
};

const members: readonly (readonly [Family, readonly string[]])[] = [
  ['input', ['Input']],
  ['linear', ['InnerProduct', 'Gemm', 'MatMul', 'Embed']],
  ['sequence', ['LSTM', 'GRU', 'RNN', 'MultiHeadAttention', 'SDPA']],
  ['normalization', ['BatchNorm', 'LayerNorm', 'GroupNorm', 'InstanceNorm', 'RMSNorm', 'LRN', 'MVN', 'Normalize', 'Scale', 'Bias']],
  [
    'activation',
    [
      'ReLU',
      'PReLU',
      'Sigmoid',
      'TanH',
      'HardSwish',
      'HardSigmoid',
      'Swish',
      'Mish',
      'GELU',
      'ELU',
      'CELU',
      'SELU',
      'Clip',
      'Softmax',
      'Softplus',
      'LogSoftmax',
      'GLU',
      'Erf',
    ],
  ],
  ['pooling', ['Interp', 'ROIPooling', 'ROIAlign', 'PSROIPooling', 'SPP', 'GridSample', 'PixelShuffle', 'Reorg']],
  ['arithmetic', ['BinaryOp', 'UnaryOp', 'Eltwise', 'Reduction', 'Power', 'Exp', 'Log', 'AbsVal', 'Threshold', 'CumulativeSum', 'ArgMax']],
  [
    'movement',
    [
      'Reshape',
      'Permute',
      'Flatten',
      'Squeeze',
      'ExpandDims',
      'Concat',
      'Slice',
      'Crop',
      'Padding',
      'Split',
      'Tile',
      'MemoryData',
      'ShuffleChannel',
      'Flip',
      'Unfold',
      'Fold',
      'Packing',
      'Cast',
      'Diag',
    ],
  ],
];

const families: ReadonlyMap<string, Family> = new Map(members.flatMap(([family, types]) => types.map((type) => [type, family] as const)));

/** The family of a type of layer. */
export function familyOf(type: string): Family {
  if (/^(De)?[Cc]onvolution|^DeformableConv/.test(type)) return 'convolution';
  if (type.startsWith('Pooling')) return 'pooling';
  return families.get(type) ?? 'other';
}
