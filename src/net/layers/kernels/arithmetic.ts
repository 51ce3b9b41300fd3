import { convolve, convolveTransposed } from '../../../kernels/convolution.ts';
import { type ElementFunctions, exactFunctions } from './elementwise/functions.ts';

/** How kernels compute. Kernels whose layers have no fp16 form on any processor do not use it. */
export interface Arithmetic {
  /** See `kernels/convolution.ts`. */
  readonly convolve: typeof convolve;
  readonly convolveTransposed: typeof convolveTransposed;
  /** `start` plus the dot product of two runs of elements. */
  readonly dot: Dot;
  /** The same for fully connected layers that read a vector, for which ncnn adds in another order. */
  readonly dotVector: Dot;
  /** The same for the gates of recurrent layers. */
  readonly dotGate: Dot;
  /** A parameter, or the result of a step, as precise as the processor holds it. */
  readonly round: (value: number) => number;
  readonly functions: ElementFunctions;
  /** Replaces logits by probabilities; `isRow` if they are adjacent in the blob. */
  readonly softmax: (values: Float64Array, isRow: boolean) => void;
}

type Dot = (a: ArrayLike<number>, firstA: number, b: ArrayLike<number>, firstB: number, length: number, start: number) => number;

const exactDot: Dot = (a, firstA, b, firstB, length, start) => {
  let sum = start;
  for (let index = 0; index < length; index++) sum += (a[firstA + index] ?? 0) * (b[firstB + index] ?? 0);
  return sum;
};

function exactSoftmax(values: Float64Array): void {
  // ncnn starts with the lowest float32.
  const largest = values.reduce((most, value) => Math.max(most, value), -3.4028234663852886e38);
  let sum = 0;
  for (let index = 0; index < values.length; index++) {
    const share = Math.exp((values[index] ?? 0) - largest);
    values[index] = share;
    sum += share;
  }
  for (let index = 0; index < values.length; index++) values[index] = (values[index] ?? 0) / sum;
}

/** Float64, which is at least as accurate as any order of summation in float32. */
export const exactArithmetic: Arithmetic = {
  convolve,
  convolveTransposed,
  dot: exactDot,
  dotVector: exactDot,
  dotGate: exactDot,
  round: (value) => value,
  functions: exactFunctions,
  softmax: exactSoftmax,
};
