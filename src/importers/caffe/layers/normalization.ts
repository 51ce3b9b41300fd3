import { weightOf } from '../../../net/weight.ts';
import { derivedWeight } from '../blobs.ts';
import { type ConvertLayer, imageShape, invalid, type LayerRules, onlyInput, refuseBatchAxis, unsupported } from '../layer.ts';
import { channelCount, channelsFirst, sameAs } from './axes.ts';

const batchNorm: ConvertLayer = (context) => {
  const value = onlyInput(context);
  const { eps = 1e-5, use_global_stats: learned = true, scale_bias: affine = false } = context.message.batch_norm_param ?? {};
  const { blob, shape } = channelsFirst(context, value);
  if (!learned) {
    // Normalization by the statistics of the input itself, which is ncnn's InstanceNorm.
    refuseBatchAxis(context, 'normalizing by the statistics of the batch');
    const channels = channelCount(value, undefined);
    const params = { channels, eps, affine: 0 };
    const [count = 1, ...spatial] = shape;
    const image =
      shape.length === 3
        ? blob
        : context.view(
            { ...value, blob, blobShape: shape },
            [count, ...(spatial.length > 0 ? spatial : [1]), ...(spatial.length > 1 ? [] : [1])].slice(0, 3),
          );
    const blobShape = shape.length === 3 ? shape : [count, spatial[0] ?? 1, 1];
    return [sameAs(value, context.emit('InstanceNorm', params, [image], blobShape), blobShape)];
  }
  const channels = channelCount(value, context.blobs[0]?.count);
  const mean = context.weight(0, 'means', [channels], false);
  const variance = context.weight(1, 'variances', [channels], false);
  // Caffe stores sums, and their divisor in a third blob. A divisor of 0 means that nothing was learned.
  const factor = context.blobs.length > 2 ? context.weight(2, 'scale factor', [1], false) : weightOf([1]);
  const scaled = (source: typeof mean): typeof mean =>
    derivedWeight(channels, [source, factor], ([values = new Float32Array(), factors]) => {
      const divisor = factors?.[0] ?? 1;
      return values.map((entry) => (divisor === 0 ? 0 : entry / divisor));
    });
  const slope = affine ? context.weight(3, 'scales', [channels], false) : weightOf(new Float32Array(channels).fill(1));
  const bias = affine ? context.weight(4, 'biases', [channels], false) : weightOf(new Float32Array(channels));
  const weights = [slope, scaled(mean), scaled(variance), bias];
  return [sameAs(value, context.emit('BatchNorm', { channels, eps }, [blob], shape, { weights }), shape)];
};

/** The batch norm of SegNet (scale and shift that include the statistics) and of PSPNet (four blobs). */
const mergedBatchNorm: ConvertLayer = (context) => {
  const value = onlyInput(context);
  const { bn_mode: mode, eps = 1e-5 } = context.message.bn_param ?? {};
  const { blob, shape } = channelsFirst(context, value);
  const channels = channelCount(value, context.blobs[0]?.count);
  const scale = context.weight(0, 'scales', [channels], false);
  const shift = context.weight(1, 'shifts', [channels], false);
  if (context.blobs.length >= 4) {
    const weights = [scale, context.weight(2, 'means', [channels], false), context.weight(3, 'variances', [channels], false), shift];
    return [sameAs(value, context.emit('BatchNorm', { channels, eps }, [blob], shape, { weights }), shape)];
  }
  if (mode === 'LEARN')
    throw unsupported('`bn_mode: LEARN` normalizes by the statistics of the batch', 'Merge the statistics, and use `bn_mode: INFERENCE`.');
  const params = { scale_data_size: channels, bias_term: 1 };
  return [sameAs(value, context.emit('Scale', params, [blob], shape, { weights: [scale, shift] }), shape)];
};

const responseNorm: ConvertLayer = (context) => {
  const value = onlyInput(context);
  const { local_size: size = 5, alpha = 1, beta = 0.75, k = 1, norm_region: region = 'ACROSS_CHANNELS' } = context.message.lrn_param ?? {};
  if (size % 2 === 0) throw invalid(`\`local_size\` must be odd, got ${size}`);
  const blobShape = [...imageShape(value)];
  const within = region === 'WITHIN_CHANNEL';
  // Within a channel, Caffe always adds 1 and ignores `k`.
  const params = { region_type: within ? 1 : 0, local_size: size, alpha, beta, bias: within ? 1 : k };
  return [sameAs(value, context.emit('LRN', params, [context.view(value, blobShape)], blobShape), blobShape)];
};

const meanVariance: ConvertLayer = (context) => {
  const value = onlyInput(context);
  const { normalize_variance: variance = true, across_channels: across = false, eps = 1e-9 } = context.message.mvn_param ?? {};
  const blobShape = [...imageShape(value)];
  const params = { normalize_variance: variance ? 1 : 0, across_channels: across ? 1 : 0, eps };
  return [sameAs(value, context.emit('MVN', params, [context.view(value, blobShape)], blobShape), blobShape)];
};

/** SSD's L2 normalization over the channels or over the whole blob, with a learned scale. */
const normalize: ConvertLayer = (context) => {
  const value = onlyInput(context);
  const { across_spatial: spatial = true, channel_shared: shared = true, eps = 1e-10 } = context.message.norm_param ?? {};
  const blobShape = [...imageShape(value)];
  const count = shared ? 1 : channelCount(value, context.blobs[0]?.count);
  const weights = [context.weight(0, 'scales', [count], false)];
  const params = { across_spatial: spatial ? 1 : 0, channel_shared: shared ? 1 : 0, eps, scale_data_size: count };
  return [sameAs(value, context.emit('Normalize', params, [context.view(value, blobShape)], blobShape, { weights }), blobShape)];
};

export const normalizationLayerRules: LayerRules = {
  BatchNorm: batchNorm,
  BN: mergedBatchNorm,
  LRN: responseNorm,
  MVN: meanVariance,
  Normalize: normalize,
};
