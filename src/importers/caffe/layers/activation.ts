import type { LayerParams, LayerType } from '../../../net/net.ts';
import { type ConvertLayer, invalid, type LayerContext, type LayerRules, onlyInput } from '../layer.ts';
import { channelCount, channelsFirst, sameAs } from './axes.ts';

/** Element-wise functions, applied in the stored shape of the blob. */
function elementwise<T extends LayerType>(type: T, params: (context: LayerContext) => LayerParams<T>): ConvertLayer {
  return (context) => {
    const value = onlyInput(context);
    return [sameAs(value, context.emit(type, params(context), [value.blob], value.blobShape))];
  };
}

const clip =
  (min: number, max: number): ConvertLayer =>
  (context) =>
    elementwise('Clip', () => ({ min, max }))(context);

export const activationLayerRules: LayerRules = {
  AbsVal: elementwise('AbsVal', () => ({})),
  BNLL: elementwise('BNLL', () => ({})),
  ELU: elementwise('ELU', ({ message }) => ({ alpha: message.elu_param?.alpha ?? 1 })),
  Exp: elementwise('Exp', ({ message: { exp_param: { base, scale, shift } = defaults } }) => ({ base, scale, shift })),
  Log: elementwise('Log', ({ message: { log_param: { base, scale, shift } = defaults } }) => ({ base, scale, shift })),
  Mish: elementwise('Mish', () => ({})),
  Power: elementwise('Power', ({ message }) => {
    const { power, scale, shift } = message.power_param ?? { power: 1, scale: 1, shift: 0 };
    return { power, scale, shift };
  }),
  ReLU: elementwise('ReLU', ({ message }) => ({ slope: message.relu_param?.negative_slope ?? 0 })),
  ReLU6: clip(0, 6),
  Sigmoid: elementwise('Sigmoid', () => ({})),
  TanH: elementwise('TanH', () => ({})),
  Threshold: elementwise('Threshold', ({ message }) => ({ threshold: message.threshold_param?.threshold ?? 0 })),
  HardSigmoid: elementwise('HardSigmoid', ({ message }) => {
    const { alpha = 0.2, beta = 0.5 } = message.hard_sigmoid_param ?? {};
    return { alpha, beta };
  }),
  HardSwish: elementwise('HardSwish', ({ message }) => {
    const { alpha = 1 / 6, beta = 0.5 } = message.hard_swish_param ?? {};
    return { alpha, beta };
  }),
  Clip: (context) => {
    const { min, max } = context.message.clip_param ?? {};
    if (min === undefined || max === undefined) throw invalid('`clip_param` needs `min` and `max`');
    return clip(min, max)(context);
  },
  Swish: (context) => {
    const value = onlyInput(context);
    const beta = context.message.swish_param?.beta ?? 1;
    if (beta === 1) return [sameAs(value, context.emit('Swish', {}, [value.blob], value.blobShape))];
    const scaled = context.emit('BinaryOp', { op_type: 2, with_scalar: 1, b: beta }, [value.blob], value.blobShape, { suffix: 'beta' });
    const gate = context.emit('Sigmoid', {}, [scaled], value.blobShape, { suffix: 'gate' });
    return [sameAs(value, context.emit('BinaryOp', { op_type: 2 }, [value.blob, gate], value.blobShape))];
  },
  PReLU: (context) => {
    const value = onlyInput(context);
    const shared = context.message.prelu_param?.channel_shared ?? false;
    const count = shared ? 1 : channelCount(value, context.blobs[0]?.count);
    const weights = [context.weight(0, 'slopes', [count], false)];
    const { blob, shape } = shared ? { blob: value.blob, shape: value.blobShape } : channelsFirst(context, value);
    return [sameAs(value, context.emit('PReLU', { num_slope: count }, [blob], shape, { weights }), shape)];
  },
  Dropout: (context) => {
    const value = onlyInput(context);
    const { scale_train: scaled = true, dropout_ratio: ratio = 0.5 } = context.message.dropout_param ?? {};
    // By default training already scaled the remaining values.
    if (scaled) return [value];
    return [sameAs(value, context.emit('Dropout', { scale: 1 - ratio }, [value.blob], value.blobShape))];
  },
};

const defaults = { base: -1, scale: 1, shift: 0 };
