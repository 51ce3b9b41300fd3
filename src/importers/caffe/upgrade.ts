import { decodeBinary } from './decodeBinary.ts';
import type { MessageOf } from './messages.ts';

export type LayerMessage = MessageOf<'LayerParameter'>;
export type NetMessage = MessageOf<'NetParameter'>;

/**
 * The layers of a net in the current format, from any format: `layers` with enum types (V1), or `layers` that contain a `layer` of flat
 * fields (V0). V0 padding layers are merged into the convolution or pooling after them.
 */
export function upgradedLayers(net: NetMessage): readonly LayerMessage[] {
  return [...foldPadding(net.layers.map(upgradeV1)), ...net.layer];
}

const emptyLayer: LayerMessage = decodeBinary('LayerParameter', new Uint8Array());

type V1 = MessageOf<'V1LayerParameter'>;
type V0 = MessageOf<'V0LayerParameter'>;

function upgradeV1(layer: V1): LayerMessage {
  if (layer.layer !== undefined) return upgradeV0(layer, layer.layer);
  const { type, layer: _, ...same } = layer;
  return { ...emptyLayer, ...same, type: type === undefined ? '' : (v1Types[type] ?? type) };
}

const v1Types: Readonly<Record<string, string>> = {
  ABSVAL: 'AbsVal',
  ACCURACY: 'Accuracy',
  ARGMAX: 'ArgMax',
  BNLL: 'BNLL',
  CONCAT: 'Concat',
  CONTRASTIVE_LOSS: 'ContrastiveLoss',
  CONVOLUTION: 'Convolution',
  DATA: 'Data',
  DECONVOLUTION: 'Deconvolution',
  DROPOUT: 'Dropout',
  DUMMY_DATA: 'DummyData',
  EUCLIDEAN_LOSS: 'EuclideanLoss',
  ELTWISE: 'Eltwise',
  EXP: 'Exp',
  FLATTEN: 'Flatten',
  HDF5_DATA: 'HDF5Data',
  HDF5_OUTPUT: 'HDF5Output',
  HINGE_LOSS: 'HingeLoss',
  IM2COL: 'Im2col',
  IMAGE_DATA: 'ImageData',
  INFOGAIN_LOSS: 'InfogainLoss',
  INNER_PRODUCT: 'InnerProduct',
  LRN: 'LRN',
  MEMORY_DATA: 'MemoryData',
  MULTINOMIAL_LOGISTIC_LOSS: 'MultinomialLogisticLoss',
  MVN: 'MVN',
  POOLING: 'Pooling',
  POWER: 'Power',
  RELU: 'ReLU',
  SIGMOID: 'Sigmoid',
  SIGMOID_CROSS_ENTROPY_LOSS: 'SigmoidCrossEntropyLoss',
  SILENCE: 'Silence',
  SOFTMAX: 'Softmax',
  SOFTMAX_LOSS: 'SoftmaxWithLoss',
  SPLIT: 'Split',
  SLICE: 'Slice',
  TANH: 'TanH',
  WINDOW_DATA: 'WindowData',
  THRESHOLD: 'Threshold',
};

/** V0 types by name. `padding` has no current equivalent. */
const v0Types: Readonly<Record<string, string>> = {
  accuracy: 'Accuracy',
  bnll: 'BNLL',
  concat: 'Concat',
  conv: 'Convolution',
  data: 'Data',
  dropout: 'Dropout',
  euclidean_loss: 'EuclideanLoss',
  flatten: 'Flatten',
  hdf5_data: 'HDF5Data',
  hdf5_output: 'HDF5Output',
  im2col: 'Im2col',
  images: 'ImageData',
  infogain_loss: 'InfogainLoss',
  innerproduct: 'InnerProduct',
  lrn: 'LRN',
  multinomial_logistic_loss: 'MultinomialLogisticLoss',
  pool: 'Pooling',
  relu: 'ReLU',
  sigmoid: 'Sigmoid',
  softmax: 'Softmax',
  softmax_loss: 'SoftmaxWithLoss',
  split: 'Split',
  tanh: 'TanH',
  window_data: 'WindowData',
};

const paddingType = 'padding';

function upgradeV0(outer: V1, layer: V0): LayerMessage {
  const type = layer.type ?? '';
  const { num_output, biasterm: bias_term, pad, group, stride, kernelsize } = layer;
  const upgraded: LayerMessage = {
    ...emptyLayer,
    name: layer.name ?? outer.name,
    type: v0Types[type] ?? type,
    bottom: outer.bottom,
    top: outer.top,
    blobs: layer.blobs.length > 0 ? layer.blobs : outer.blobs,
    ...(outer.position === undefined ? {} : { position: outer.position }),
  };
  const once = (value: number | undefined): readonly number[] => (value === undefined ? [] : [value]);
  switch (type) {
    case 'conv':
    case 'im2col':
    case paddingType: {
      const empty = decodeBinary('ConvolutionParameter', new Uint8Array());
      const sizes = { pad: once(pad), kernel_size: once(kernelsize), stride: once(stride) };
      return { ...upgraded, convolution_param: { ...empty, ...sizes, num_output, bias_term, group } };
    }
    case 'pool': {
      const empty = decodeBinary('PoolingParameter', new Uint8Array());
      return { ...upgraded, pooling_param: { ...empty, pool: layer.pool, pad, kernel_size: kernelsize, stride } };
    }
    case 'innerproduct':
      return { ...upgraded, inner_product_param: { ...decodeBinary('InnerProductParameter', new Uint8Array()), num_output, bias_term } };
    case 'lrn': {
      const { local_size, alpha, beta, k } = layer;
      return { ...upgraded, lrn_param: { ...decodeBinary('LRNParameter', new Uint8Array()), local_size, alpha, beta, k } };
    }
    case 'concat':
      return { ...upgraded, concat_param: { ...decodeBinary('ConcatParameter', new Uint8Array()), concat_dim: layer.concat_dim } };
    case 'data':
    case 'images':
    case 'window_data': {
      const transform = { ...decodeBinary('TransformationParameter', new Uint8Array()), crop_size: layer.cropsize };
      const { batchsize: batch_size, new_height, new_width } = layer;
      if (type !== 'images') return { ...upgraded, transform_param: transform };
      const images = { ...decodeBinary('ImageDataParameter', new Uint8Array()), new_height, new_width };
      return { ...upgraded, transform_param: transform, image_data_param: { ...images, batch_size: batch_size ?? 1 } };
    }
    default:
      return upgraded;
  }
}

function foldPadding(layers: readonly LayerMessage[]): readonly LayerMessage[] {
  const paddings = new Map<string, LayerMessage>();
  return layers.flatMap((layer): LayerMessage[] => {
    const [bottom = ''] = layer.bottom;
    const [top] = layer.top;
    if (layer.type === paddingType && top !== undefined) {
      paddings.set(top, layer);
      return [];
    }
    const padding = paddings.get(bottom);
    if (padding === undefined) return [layer];
    const pad = padding.convolution_param?.pad ?? [];
    const { convolution_param: convolution, pooling_param: pooling } = layer;
    if (convolution !== undefined) return [{ ...layer, bottom: padding.bottom, convolution_param: { ...convolution, pad } }];
    if (pooling !== undefined) return [{ ...layer, bottom: padding.bottom, pooling_param: { ...pooling, pad: pad[0] ?? 0 } }];
    // Only convolution and pooling can take the padding. Otherwise the consumer reports the missing blob.
    return [layer];
  });
}
