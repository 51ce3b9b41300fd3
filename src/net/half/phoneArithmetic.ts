import {
  cosHalf,
  erfHalf,
  expHalf,
  fastGeluHalf,
  geluHalf,
  logHalf,
  mishHalf,
  reciprocalHalf,
  reciprocalRootHalf,
  sigmoidHalf,
  sinHalf,
  swishHalf,
  tanhHalf,
} from '../../kernels/half/functions.ts';
import { roundHalf } from '../../kernels/half/round.ts';
import { softmaxHalf } from '../../kernels/half/softmax.ts';
import { convolveHalf, convolveTransposedHalf, dotGateHalf, dotHalf, dotLanesHalf } from '../../kernels/half/sums.ts';
import type { Arithmetic } from '../layers/kernels/arithmetic.ts';
import { type ElementFunctions, exactFunctions } from '../layers/kernels/elementwise/functions.ts';

/** ncnn rounds down and up by a conversion to int16. */
function limited(value: number): number {
  return Math.min(Math.max(value, -32768), 32767);
}

const halfFunctions: ElementFunctions = {
  unary: {
    ...exactFunctions.unary,
    FLOOR: (value) => limited(Math.floor(value)),
    CEIL: (value) => limited(Math.ceil(value)),
    RSQRT: reciprocalRootHalf,
    EXP: expHalf,
    LOG: logHalf,
    SIN: sinHalf,
    COS: cosHalf,
    RECIPROCAL: reciprocalHalf,
    TANH: tanhHalf,
    LOG10: (value) => roundHalf(logHalf(value) * roundHalf(Math.LOG10E)),
    EXPM1: (value) => roundHalf(expHalf(value) - 1),
    LOG1P: (value) => logHalf(roundHalf(1 + value)),
  },
  sigmoid: sigmoidHalf,
  swish: swishHalf,
  mish: mishHalf,
  erf: erfHalf,
  gelu: geluHalf,
  fastGelu: fastGeluHalf,
  leaky: (slope) => exactFunctions.leaky(roundHalf(slope)),
  clip: (smallest, largest) => exactFunctions.clip(roundHalf(smallest), roundHalf(largest)),
  hardSigmoid: (alpha, beta) => {
    const [factor, summand] = [roundHalf(alpha), roundHalf(beta)];
    return (value) => Math.min(Math.max(roundHalf(value * factor + summand), 0), 1);
  },
  hardSwish: (alpha, beta) => {
    const gate = halfFunctions.hardSigmoid(alpha, beta);
    return (value) => roundHalf(value * gate(value));
  },
  elu: (alpha) => {
    const factor = roundHalf(alpha);
    return (value) => (value < 0 ? roundHalf(factor * roundHalf(expHalf(value) - 1)) : value);
  },
  selu: (alpha, lambda) => {
    const [negative, positive] = [roundHalf(alpha * lambda), roundHalf(lambda)];
    return (value) => roundHalf(value <= 0 ? negative * roundHalf(expHalf(value) - 1) : value * positive);
  },
};

/** Float16 arithmetic, as ncnn's ARM layers compute: each step is rounded. */
export const phoneArithmetic: Arithmetic = {
  convolve: convolveHalf,
  convolveTransposed: convolveTransposedHalf,
  dot: dotHalf,
  dotVector: dotLanesHalf,
  dotGate: dotGateHalf,
  round: roundHalf,
  functions: halfFunctions,
  softmax: softmaxHalf,
};
