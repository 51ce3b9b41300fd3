import { erf } from '../../../../kernels/erf.ts';
import { roundHalfToEven } from '../../../../kernels/rounding.ts';
import type { unaryCodes } from '../../codes.ts';

type Function1 = (value: number) => number;

/** Functions of single elements that layers apply. Those with parameters return the function. */
export interface ElementFunctions {
  readonly unary: Readonly<Record<keyof typeof unaryCodes, Function1>>;
  readonly sigmoid: Function1;
  readonly swish: Function1;
  readonly mish: Function1;
  readonly erf: Function1;
  readonly gelu: Function1;
  /** GELU approximated with tanh. */
  readonly fastGelu: Function1;
  readonly leaky: (slope: number) => Function1;
  readonly clip: (smallest: number, largest: number) => Function1;
  readonly hardSigmoid: (alpha: number, beta: number) => Function1;
  readonly hardSwish: (alpha: number, beta: number) => Function1;
  readonly elu: (alpha: number) => Function1;
  readonly selu: (alpha: number, lambda: number) => Function1;
}

/** In float64. */
export const exactFunctions: ElementFunctions = {
  unary: {
    ABS: Math.abs,
    NEG: (value) => -value,
    FLOOR: Math.floor,
    CEIL: Math.ceil,
    SQUARE: (value) => value * value,
    SQRT: Math.sqrt,
    RSQRT: (value) => 1 / Math.sqrt(value),
    EXP: Math.exp,
    LOG: Math.log,
    SIN: Math.sin,
    COS: Math.cos,
    TAN: Math.tan,
    ASIN: Math.asin,
    ACOS: Math.acos,
    ATAN: Math.atan,
    RECIPROCAL: (value) => 1 / value,
    TANH: Math.tanh,
    LOG10: Math.log10,
    ROUND: roundHalfToEven,
    TRUNC: Math.trunc,
    SIGN: (value) => (value > 0 ? 1 : value < 0 ? -1 : 0),
    EXPM1: Math.expm1,
    SINH: Math.sinh,
    ASINH: Math.asinh,
    COSH: Math.cosh,
    ACOSH: Math.acosh,
    ATANH: Math.atanh,
    LOG1P: Math.log1p,
  },
  sigmoid: (value) => 1 / (1 + Math.exp(-value)),
  swish: (value) => value / (1 + Math.exp(-value)),
  mish: (value) => (value > 20 ? value : value * Math.tanh(Math.log1p(Math.exp(value)))),
  erf,
  gelu: (value) => 0.5 * value * (1 + erf(value * Math.SQRT1_2)),
  fastGelu: (value) => 0.5 * value * (1 + Math.tanh(0.79788452 * (value + 0.044715 * value ** 3))),
  leaky: (slope) => (slope === 0 ? (value) => Math.max(value, 0) : (value) => (value < 0 ? value * slope : value)),
  clip: (smallest, largest) => (value) => Math.min(Math.max(value, smallest), largest),
  hardSigmoid: (alpha, beta) => {
    const lower = -beta / alpha;
    const upper = 1 / alpha + lower;
    return (value) => (value < lower ? 0 : value > upper ? 1 : value * alpha + beta);
  },
  hardSwish: (alpha, beta) => {
    const lower = -beta / alpha;
    const upper = 1 / alpha + lower;
    return (value) => (value < lower ? 0 : value > upper ? value : value * (value * alpha + beta));
  },
  elu: (alpha) => (value) => (value < 0 ? alpha * Math.expm1(value) : value),
  selu: (alpha, lambda) => (value) => (value < 0 ? Math.expm1(value) * alpha * lambda : value * lambda),
};
