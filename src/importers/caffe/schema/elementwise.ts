/** Activations and other functions of single elements. */
export const elementwiseMessages = {
  ReLUParameter: {
    negative_slope: { number: 1, kind: 'float', default: 0 },
  },
  PReLUParameter: {
    channel_shared: { number: 2, kind: 'bool', default: false },
  },
  ELUParameter: {
    alpha: { number: 1, kind: 'float', default: 1 },
  },
  ClipParameter: {
    min: { number: 1, kind: 'float' },
    max: { number: 2, kind: 'float' },
  },
  SwishParameter: {
    beta: { number: 1, kind: 'float', default: 1 },
  },
  HardSigmoidParameter: {
    alpha: { number: 0, kind: 'float' },
    beta: { number: 0, kind: 'float' },
  },
  ExpParameter: {
    base: { number: 1, kind: 'float', default: -1.0 },
    scale: { number: 2, kind: 'float', default: 1.0 },
    shift: { number: 3, kind: 'float', default: 0.0 },
  },
  LogParameter: {
    base: { number: 1, kind: 'float', default: -1.0 },
    scale: { number: 2, kind: 'float', default: 1.0 },
    shift: { number: 3, kind: 'float', default: 0.0 },
  },
  PowerParameter: {
    power: { number: 1, kind: 'float', default: 1.0 },
    scale: { number: 2, kind: 'float', default: 1.0 },
    shift: { number: 3, kind: 'float', default: 0.0 },
  },
  ThresholdParameter: {
    threshold: { number: 1, kind: 'float', default: 0 },
  },
  EltwiseParameter: {
    operation: { number: 1, kind: 'enum', of: 'EltwiseOp', default: 'SUM' },
    coeff: { number: 2, kind: 'float', repeated: true },
  },
} as const;
