import { activationFamily } from './elementwise/activation.ts';
import { arithmeticFamily } from './elementwise/arithmetic.ts';
import { convolutionFamily } from './linear/convolution.ts';
import { linearFamily } from './linear/linear.ts';
import { reshapeFamily } from './movement/reshape.ts';
import { sliceFamily } from './movement/slice.ts';
import { transposeFamily } from './movement/transpose.ts';
import type { AtenOperator } from './operator.ts';

/** Every operator of ATen that can be converted. A new family is a file here and a line in this list. */
export const atenOperators: readonly AtenOperator[] = [
  ...arithmeticFamily,
  ...activationFamily,
  ...convolutionFamily,
  ...linearFamily,
  ...reshapeFamily,
  ...transposeFamily,
  ...sliceFamily,
];
