import { type BlobData, extents, type Kernel, type LayerCall, LayerError, splitAround } from '../call.ts';

type Function1 = (value: number) => number;

/** Maps each element of the bottom independently. */
export function mapElements(call: LayerCall, map: Function1): readonly BlobData[] {
  const { shape, values } = call.bottom(0);
  return [{ shape, values: values.map(map) }];
}

/** Rounded to float32, so that it overflows where ncnn's exponential does. */
function exp(value: number): number {
  return Math.fround(Math.exp(value));
}

/** `pow` of C, where 1 to any power is 1. */
export function powerInC(base: number, exponent: number): number {
  return base === 1 ? 1 : base ** exponent;
}

/** The activation that convolutions and inner products apply to their sums; `undefined` if there is none. */
export function applyFusedActivation(call: LayerCall): Function1 | undefined {
  const [first = Number.NaN, second = Number.NaN] = call.numbers('activation_params').map(Math.fround);
  const { leaky, clip, sigmoid, mish, hardSwish } = call.arithmetic.functions;
  const type = call.number('activation_type');
  switch (type) {
    case 0:
      return undefined;
    case 1:
      return leaky(0);
    case 2:
      return leaky(first);
    case 3:
      return clip(first, second);
    case 4:
      return sigmoid;
    case 5:
      return mish;
    case 6:
      return hardSwish(first, second);
    default:
      throw new LayerError(`unknown activation ${type}`);
  }
}

/** One slope per channel, or one for all. In a vector, every element is a channel. */
export const preluKernel: Kernel = (call) => {
  const bottom = call.bottom(0);
  const slopes = call.weight(0).map(call.arithmetic.round);
  const { c, h, w, dims } = extents(bottom);
  const channels = dims === 1 ? w : dims === 2 ? h : c;
  if (call.number('num_slope') > 1 && slopes.length < channels) throw new LayerError(`${slopes.length} slopes for ${channels} channels`);
  const [, , inner] = splitAround(bottom.shape, 0);
  return [
    {
      shape: bottom.shape,
      values: bottom.values.map((value, index) =>
        value < 0 ? value * (slopes[slopes.length > 1 ? Math.floor(index / inner) : 0] ?? 0) : value,
      ),
    },
  ];
};

export const absValKernel: Kernel = (call) => mapElements(call, Math.abs);

export const bnllKernel: Kernel = (call) =>
  mapElements(call, (value) => (value > 0 ? value + Math.log1p(Math.exp(-value)) : Math.log1p(Math.exp(value))));

export const celuKernel: Kernel = (call) => {
  const alpha = call.number('alpha');
  return mapElements(call, (value) => (value < 0 ? Math.expm1(value / alpha) * alpha : value));
};

export const clipKernel: Kernel = (call) => mapElements(call, call.arithmetic.functions.clip(call.number('min'), call.number('max')));

export const dropoutKernel: Kernel = (call) => {
  const scale = call.number('scale');
  return mapElements(call, (value) => value * scale);
};

export const eluKernel: Kernel = (call) => mapElements(call, call.arithmetic.functions.elu(call.number('alpha')));

export const erfKernel: Kernel = (call) => mapElements(call, call.arithmetic.functions.erf);

export const expKernel: Kernel = (call) => {
  const [base, scale, shift] = [call.number('base'), call.number('scale'), call.number('shift')];
  return mapElements(call, (value) => (base === -1 ? Math.exp(shift + value * scale) : powerInC(base, shift + value * scale)));
};

export const geluKernel: Kernel = (call) => {
  const { gelu, fastGelu } = call.arithmetic.functions;
  return mapElements(call, call.number('fast_gelu') ? fastGelu : gelu);
};

export const hardSigmoidKernel: Kernel = (call) =>
  mapElements(call, call.arithmetic.functions.hardSigmoid(call.number('alpha'), call.number('beta')));

export const hardSwishKernel: Kernel = (call) =>
  mapElements(call, call.arithmetic.functions.hardSwish(call.number('alpha'), call.number('beta')));

export const logKernel: Kernel = (call) => {
  const [base, scale, shift] = [call.number('base'), call.number('scale'), call.number('shift')];
  const factor = base === -1 ? 1 : 1 / Math.log(base);
  return mapElements(call, (value) => Math.log(shift + value * scale) * factor);
};

export const mishKernel: Kernel = (call) => mapElements(call, call.arithmetic.functions.mish);

export const powerKernel: Kernel = (call) => {
  const [exponent, scale, shift] = [call.number('power'), call.number('scale'), call.number('shift')];
  return mapElements(call, (value) => powerInC(Math.fround(shift + value * scale), exponent));
};

export const reluKernel: Kernel = (call) => mapElements(call, call.arithmetic.functions.leaky(call.number('slope')));

export const seluKernel: Kernel = (call) => mapElements(call, call.arithmetic.functions.selu(call.number('alpha'), call.number('lambda')));

export const shrinkKernel: Kernel = (call) => {
  const [bias, lambda] = [call.number('bias'), call.number('lambd')];
  return mapElements(call, (value) => (value < -lambda ? value + bias : value > lambda ? value - bias : 0));
};

export const sigmoidKernel: Kernel = (call) => mapElements(call, call.arithmetic.functions.sigmoid);

export const softplusKernel: Kernel = (call) => mapElements(call, (value) => Math.log(exp(value) + 1));

export const swishKernel: Kernel = (call) => mapElements(call, call.arithmetic.functions.swish);

export const tanhKernel: Kernel = (call) => mapElements(call, call.arithmetic.functions.unary.TANH);

export const thresholdKernel: Kernel = (call) => {
  const threshold = call.number('threshold');
  return mapElements(call, (value) => (value > threshold ? 1 : 0));
};
