import type { BlobShape } from '../net.ts';

/** A layer and the sizes of what it reads and makes, as far as they are known. */
export interface MultiplyAddCall {
  /** An int or float parameter. */
  readonly number: (name: string) => number;
  readonly bottoms: readonly (BlobShape | undefined)[];
  /** Elements of the first bottom. */
  readonly inputSize: number | undefined;
  /** Elements of the first top. */
  readonly outputSize: number | undefined;
  /** Elements of the first weight. */
  readonly weightSize: number | undefined;
}

/** Products that a layer sums up, and elements that it multiplies or adds; `undefined` where a size is not known. */
export type MultiplyAddRule = (call: MultiplyAddCall) => number | undefined;

/** Each element of the result is the sum of a kernel. */
export const kernelPerOutput: MultiplyAddRule = ({ number, outputSize, weightSize }) =>
  outputSize && weightSize && (outputSize * weightSize) / number('num_output');

export const oncePerOutput: MultiplyAddRule = ({ outputSize }) => outputSize;
