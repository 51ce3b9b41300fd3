import { blob, bytes, legacyBlob, message, text } from '../../src/importers/caffe/testing.ts';

const layer = (type: string, name: string, bottoms: readonly string[], tops: readonly string[], settings = ''): string =>
  `layer { name: "${name}" type: "${type}" ${bottoms.map((bottom) => `bottom: "${bottom}" `).join('')}${tops.map((top) => `top: "${top}" `).join('')}${settings} }`;
const input = (...sizes: readonly number[]): string => layer('Input', 'data', [], ['data'], `input_param { shape { dim: [${sizes}] } }`);
const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => (index % 5) / 4);

/** A chain of many layer types. */
const chain = (steps: readonly (readonly [type: string, settings?: string])[]): string =>
  steps
    .map(([type, settings], index) => layer(type, `l${index}`, [index === 0 ? 'data' : `l${index - 1}`], [`l${index}`], settings))
    .join('\n');

/** Caffe nets: the topology as text, with its weights. */
export const caffeNets: ReadonlyMap<string, { readonly prototxt: string; readonly caffemodel: Uint8Array }> = new Map([
  [
    'convolutions',
    {
      prototxt: `name: "net"\n${input(1, 2, 8, 8)}
${layer('Convolution', 'conv', ['data'], ['conv'], 'convolution_param { num_output: 3 kernel_size: 3 pad: 1 stride: 2 }')}
${layer('BatchNorm', 'bn', ['conv'], ['bn'], 'batch_norm_param { use_global_stats: true eps: 1e-5 }')}
${layer('Scale', 'scale', ['bn'], ['scale'], 'scale_param { bias_term: true }')}
${layer('ReLU', 'relu', ['scale'], ['scale'])}
${layer('Pooling', 'pool', ['scale'], ['pool'], 'pooling_param { pool: MAX kernel_size: 2 stride: 2 }')}
${layer('Eltwise', 'sum', ['pool', 'pool'], ['sum'], 'eltwise_param { operation: SUM coeff: 1 coeff: -0.5 }')}
${layer('Concat', 'cat', ['sum', 'pool'], ['cat'], 'concat_param { axis: 1 }')}
${layer('InnerProduct', 'fc', ['cat'], ['fc'], 'inner_product_param { num_output: 4 }')}
${layer('Softmax', 'prob', ['fc'], ['prob'])}`,
      caffemodel: bytes(
        message(100, text(1, 'conv'), text(2, 'Convolution'), blob(7, [3, 2, 3, 3], numbers(54)), blob(7, [3], numbers(3))),
        message(100, text(1, 'bn'), text(2, 'BatchNorm'), blob(7, [3], numbers(3)), blob(7, [3], [1, 2, 3]), blob(7, [1], [1])),
        message(100, text(1, 'scale'), text(2, 'Scale'), blob(7, [3], numbers(3)), blob(7, [3], numbers(3))),
        message(100, text(1, 'fc'), text(2, 'InnerProduct'), blob(7, [4, 24], numbers(96)), blob(7, [4], numbers(4))),
      ),
    },
  ],
  [
    'shapes',
    {
      prototxt: `${input(1, 4, 6, 6)}
${chain([
  ['LRN', 'lrn_param { local_size: 5 alpha: 0.0001 beta: 0.75 }'],
  ['Power', 'power_param { power: 2 scale: 0.5 shift: 1 }'],
  ['Dropout', 'dropout_param { dropout_ratio: 0.5 }'],
  ['Reshape', 'reshape_param { shape { dim: 0 dim: -1 dim: 3 } axis: 1 }'],
  ['Permute', 'permute_param { order: 0 order: 2 order: 1 order: 3 }'],
  ['TanH'],
  ['Slice', 'slice_param { axis: 1 }'],
  ['ELU', 'elu_param { alpha: 0.5 }'],
  ['Flatten', 'flatten_param { axis: 1 }'],
  ['Reduction', 'reduction_param { operation: MEAN axis: 1 }'],
])}
${layer('Crop', 'crop', ['data', 'l0'], ['crop'], 'crop_param { axis: 2 offset: 1 }')}
${layer('Tile', 'tile', ['data'], ['tile'], 'tile_param { axis: 1 tiles: 2 }')}
${layer('ArgMax', 'max', ['data'], ['max'], 'argmax_param { top_k: 2 out_max_val: true }')}
${layer('PriorBox', 'prior', ['l0', 'data'], ['prior'], 'prior_box_param { min_size: 3 aspect_ratio: 2 flip: true variance: 0.1 }')}`,
      caffemodel: bytes(text(1, 'shapes')),
    },
  ],
  [
    'old',
    {
      prototxt: `input: "data" input_dim: 1 input_dim: 2 input_dim: 4 input_dim: 4
layers { name: "conv" type: CONVOLUTION bottom: "data" top: "conv" blobs_lr: 1 convolution_param { num_output: 1 kernel_size: 3 pad: 1 } }
layers { name: "relu" type: 18 bottom: "conv" top: "conv" }`,
      caffemodel: bytes(message(2, text(4, 'conv'), legacyBlob(6, [1, 2, 3, 3], numbers(18)), legacyBlob(6, [1, 1, 1, 1], [5]))),
    },
  ],
]);
