import type { LayerType } from '../net.ts';

/** One of the operators of a layer type. */
export interface OperatorCode {
  readonly code: number;
  /** Release (date) of ncnn that added the operator, if later than the layer. */
  readonly since?: number;
  /** The operator rounds or compares: the smallest difference in the input can change the result by a whole unit. */
  readonly discontinuous?: true;
  /** The layer type that computes the same operator. */
  readonly layer?: LayerType;
}

/** The operators of a layer type by name. */
export type CodeTable = Readonly<Record<string, OperatorCode>>;

/** `op_type` of BinaryOp. */
export const binaryCodes = {
  ADD: { code: 0, since: 20200616 },
  SUB: { code: 1, since: 20200616 },
  MUL: { code: 2, since: 20200616 },
  DIV: { code: 3, since: 20200616 },
  MAX: { code: 4, since: 20200616 },
  MIN: { code: 5, since: 20200616 },
  POW: { code: 6, since: 20200616 },
  RSUB: { code: 7, since: 20200616 },
  RDIV: { code: 8, since: 20200616 },
  RPOW: { code: 9, since: 20230223 },
  ATAN2: { code: 10, since: 20230223 },
  RATAN2: { code: 11, since: 20230223 },
  FMOD: { code: 12, since: 20260526, discontinuous: true },
  RFMOD: { code: 13, since: 20260526, discontinuous: true },
  LOGADDEXP: { code: 14, since: 20260526 },
  FLOOR_DIVIDE: { code: 15, since: 20260526, discontinuous: true },
  RFLOOR_DIVIDE: { code: 16, since: 20260526, discontinuous: true },
  REMAINDER: { code: 17, since: 20260526, discontinuous: true },
  RREMAINDER: { code: 18, since: 20260526, discontinuous: true },
} as const;

/** `op_type` of UnaryOp. */
export const unaryCodes = {
  ABS: { code: 0, since: 20200616 },
  NEG: { code: 1, since: 20200616 },
  FLOOR: { code: 2, discontinuous: true },
  CEIL: { code: 3, since: 20200616, discontinuous: true },
  SQUARE: { code: 4, since: 20200616 },
  SQRT: { code: 5, since: 20200616 },
  RSQRT: { code: 6 },
  EXP: { code: 7, since: 20200616 },
  LOG: { code: 8, since: 20200616 },
  SIN: { code: 9, since: 20200616 },
  COS: { code: 10, since: 20200616 },
  TAN: { code: 11, since: 20200616 },
  ASIN: { code: 12, since: 20200616 },
  ACOS: { code: 13, since: 20200616 },
  ATAN: { code: 14, since: 20200616 },
  RECIPROCAL: { code: 15, since: 20171017 },
  TANH: { code: 16, since: 20190908 },
  LOG10: { code: 17, since: 20230223 },
  ROUND: { code: 18, since: 20230816, discontinuous: true },
  TRUNC: { code: 19, since: 20230816, discontinuous: true },
  SIGN: { code: 20, since: 20260526, discontinuous: true },
  EXPM1: { code: 21, since: 20260526 },
  SINH: { code: 22, since: 20260526 },
  ASINH: { code: 23, since: 20260526 },
  COSH: { code: 24, since: 20260526 },
  ACOSH: { code: 25, since: 20260526 },
  ATANH: { code: 26, since: 20260526 },
  LOG1P: { code: 27, since: 20260526 },
} as const;

/** `operation` of Reduction. */
export const reductionCodes = {
  SUM: { code: 0 },
  ASUM: { code: 1 },
  SUMSQ: { code: 2 },
  MEAN: { code: 3 },
  MAX: { code: 4 },
  MIN: { code: 5 },
  PROD: { code: 6 },
  L1: { code: 7 },
  L2: { code: 8 },
  LogSum: { code: 9 },
  LogSumExp: { code: 10 },
} as const;

/** `op_type` of Eltwise. */
export const eltwiseCodes = {
  PROD: { code: 0 },
  SUM: { code: 1 },
  MAX: { code: 2 },
} as const;

/** `pooling_type` of Pooling, Pooling1D and Pooling3D. */
export const poolingCodes = {
  MAX: { code: 0 },
  AVE: { code: 1 },
} as const;

/** `activation_type` of convolutions and inner products; `activation_params` has the parameters of the activation. */
export const activationCodes = {
  NONE: { code: 0 },
  RELU: { code: 1, layer: 'ReLU' },
  /** Slope. */
  LEAKY_RELU: { code: 2, layer: 'ReLU' },
  /** Minimum and maximum. */
  CLIP: { code: 3, layer: 'Clip' },
  SIGMOID: { code: 4, layer: 'Sigmoid' },
  MISH: { code: 5, since: 20200616, layer: 'Mish' },
  /** `alpha` and `beta` of HardSwish. */
  HARD_SWISH: { code: 6, since: 20211122, layer: 'HardSwish' },
} as const;

/** The activations of deconvolutions, which support the later ones from a later release on. */
export const deconvolutionActivationCodes: CodeTable = {
  ...activationCodes,
  MISH: { ...activationCodes.MISH, since: 20220420 },
  HARD_SWISH: { ...activationCodes.HARD_SWISH, since: 20220420 },
};
