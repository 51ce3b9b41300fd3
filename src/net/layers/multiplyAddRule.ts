import type { BlobShape } from '../net.ts';

/** A layer and the known sizes of its bottoms and tops. */
export interface MultiplyAddCall {
  /** An int or float parameter. */
  readonly number: (name: string) => number;
  readonly bottoms: readonly (BlobShape | undefined)[];
  /** Number of elements in the first bottom. */
  readonly inputSize: number | undefined;
  /** Number of elements in the first top. */
  readonly outputSize: number | undefined;
  /** Number of elements in the first weight. */
  readonly weightSize: number | undefined;
}

/** The number of multiply-adds of a layer, or of other multiplications and additions; `undefined` if a size is not known. */
export type MultiplyAddRule = (call: MultiplyAddCall) => number | undefined;

/** For layers where each element of the result is a sum over one kernel. */
export const kernelPerOutput: MultiplyAddRule = ({ number, outputSize, weightSize }) =>
  outputSize && weightSize && (outputSize * weightSize) / number('num_output');

export const oncePerOutput: MultiplyAddRule = ({ outputSize }) => outputSize;
