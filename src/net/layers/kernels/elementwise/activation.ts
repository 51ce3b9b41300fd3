import { erf } from '../../../../kernels/erf.ts';
import { extents, type Kernel, type KernelFamily, type LayerCall, LayerError, splitAround } from '../call.ts';

type Function1 = (value: number) => number;

/** A kernel that maps each element by itself. */
export function elementwiseKernel(functionOf: (call: LayerCall) => Function1): Kernel {
  return (call) => {
    const { shape, values } = call.bottom(0);
    return [{ shape, values: values.map(functionOf(call)) }];
  };
}

/** As float32, in which ncnn's exponentials overflow. */
function exp(value: number): number {
  return Math.fround(Math.exp(value));
}

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

function mish(value: number): number {
  if (value > 20) return value;
  return value * Math.tanh(Math.log1p(Math.exp(value)));
}

function leaky(slope: number): Function1 {
  if (slope === 0) return (value) => Math.max(value, 0);
  return (value) => (value < 0 ? value * slope : value);
}

function clip(smallest: number, largest: number): Function1 {
  return (value) => Math.min(Math.max(value, smallest), largest);
}

function hardSigmoid(alpha: number, beta: number): Function1 {
  const lower = -beta / alpha;
  const upper = 1 / alpha + lower;
  return (value) => (value < lower ? 0 : value > upper ? 1 : value * alpha + beta);
}

function hardSwish(alpha: number, beta: number): Function1 {
  const lower = -beta / alpha;
  const upper = 1 / alpha + lower;
  return (value) => (value < lower ? 0 : value > upper ? value : value * (value * alpha + beta));
}

function gelu(value: number): number {
  return 0.5 * value * (1 + erf(value * Math.SQRT1_2));
}

function fastGelu(value: number): number {
  return 0.5 * value * (1 + Math.tanh(0.79788452 * (value + 0.044715 * value ** 3)));
}

/** Power as C computes it, where 1 to whatever power is 1. */
export function powerKernel(base: number, exponent: number): number {
  return base === 1 ? 1 : base ** exponent;
}

/** The activation that convolutions and inner products apply to their sums; `undefined` for none. */
export function applyFusedActivation(call: LayerCall): Function1 | undefined {
  const [first = Number.NaN, second = Number.NaN] = call.numbers('activation_params').map(Math.fround);
  const type = call.number('activation_type');
  switch (type) {
    case 0:
      return undefined;
    case 1:
      return (value) => Math.max(value, 0);
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
      throw new LayerError(`there is no activation ${type}`);
  }
}

/** Slopes by channel, or one for all. With one dim every element is a channel. */
const prelu: Kernel = (call) => {
  const bottom = call.bottom(0);
  const slopes = call.weight(0);
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

export const activationKernels: KernelFamily = {
  AbsVal: elementwiseKernel(() => Math.abs),
  BNLL: elementwiseKernel(() => (value) => (value > 0 ? value + Math.log1p(Math.exp(-value)) : Math.log1p(Math.exp(value)))),
  CELU: elementwiseKernel((call) => {
    const alpha = call.number('alpha');
    return (value) => (value < 0 ? Math.expm1(value / alpha) * alpha : value);
  }),
  Clip: elementwiseKernel((call) => clip(call.number('min'), call.number('max'))),
  Dropout: elementwiseKernel((call) => {
    const scale = call.number('scale');
    return (value) => value * scale;
  }),
  ELU: elementwiseKernel((call) => {
    const alpha = call.number('alpha');
    return (value) => (value < 0 ? alpha * Math.expm1(value) : value);
  }),
  Erf: elementwiseKernel(() => erf),
  Exp: elementwiseKernel((call) => {
    const [base, scale, shift] = [call.number('base'), call.number('scale'), call.number('shift')];
    return base === -1 ? (value) => Math.exp(shift + value * scale) : (value) => powerKernel(base, shift + value * scale);
  }),
  GELU: elementwiseKernel((call) => (call.number('fast_gelu') ? fastGelu : gelu)),
  HardSigmoid: elementwiseKernel((call) => hardSigmoid(call.number('alpha'), call.number('beta'))),
  HardSwish: elementwiseKernel((call) => hardSwish(call.number('alpha'), call.number('beta'))),
  Log: elementwiseKernel((call) => {
    const [base, scale, shift] = [call.number('base'), call.number('scale'), call.number('shift')];
    const factor = base === -1 ? 1 : 1 / Math.log(base);
    return (value) => Math.log(shift + value * scale) * factor;
  }),
  Mish: elementwiseKernel(() => mish),
  Power: elementwiseKernel((call) => {
    const [exponent, scale, shift] = [call.number('power'), call.number('scale'), call.number('shift')];
    return (value) => powerKernel(Math.fround(shift + value * scale), exponent);
  }),
  PReLU: prelu,
  ReLU: elementwiseKernel((call) => leaky(call.number('slope'))),
  SELU: elementwiseKernel((call) => {
    const [alpha, lambda] = [call.number('alpha'), call.number('lambda')];
    return (value) => (value < 0 ? Math.expm1(value) * alpha * lambda : value * lambda);
  }),
  Shrink: elementwiseKernel((call) => {
    const [bias, lambda] = [call.number('bias'), call.number('lambd')];
    return (value) => (value < -lambda ? value + bias : value > lambda ? value - bias : 0);
  }),
  Sigmoid: elementwiseKernel(() => sigmoid),
  Softplus: elementwiseKernel(() => (value) => Math.log(exp(value) + 1)),
  Swish: elementwiseKernel(() => (value) => value / (1 + Math.exp(-value))),
  TanH: elementwiseKernel(() => Math.tanh),
  Threshold: elementwiseKernel((call) => {
    const threshold = call.number('threshold');
    return (value) => (value > threshold ? 1 : 0);
  }),
};
