/** Layers that compute along axes. */
export const reductionMessages = {
  ArgMaxParameter: {
    out_max_val: { number: 1, kind: 'bool', default: false },
    top_k: { number: 2, kind: 'uint32', default: 1 },
    axis: { number: 3, kind: 'int32' },
  },
  ReductionParameter: {
    operation: { number: 1, kind: 'enum', of: 'ReductionOp', default: 'SUM' },
    axis: { number: 2, kind: 'int32', default: 0 },
    coeff: { number: 3, kind: 'float', default: 1.0 },
  },
  SoftmaxParameter: {
    axis: { number: 2, kind: 'int32', default: 1 },
  },
} as const;
