import type { Operator, OperatorFamily } from '../operator.ts';
import { unaryOperators } from './elementwise/unary.ts';
import { convolutionOperators } from './linear/convolution.ts';
import { deformableConvolutionOperators } from './linear/deformable.ts';
import { determinantOperators } from './linear/determinant.ts';
import { einsumOperators } from './linear/einsum.ts';
import { gemmOperators } from './linear/gemm.ts';
import { matmulOperators } from './linear/matmul.ts';
import { quantizedLinearOperators } from './linear/quantized.ts';
import { transposedConvolutionOperators } from './linear/transposed.ts';
import { columnsOperators } from './movement/columns.ts';
import { concatOperators } from './movement/concat.ts';
import { depthOperators } from './movement/depth.ts';
import { gatherOperators } from './movement/gather.ts';
import { padOperators } from './movement/pad.ts';
import { reshapeOperators } from './movement/reshape.ts';
import { scatterOperators } from './movement/scatter.ts';
import { sequenceOperators } from './movement/sequence.ts';
import { sliceOperators } from './movement/slice.ts';
import { tileOperators } from './movement/tile.ts';
import { transposeOperators } from './movement/transpose.ts';
import { globalPoolOperators } from './pooling/global.ts';
import { poolOperators } from './pooling/pool.ts';
import { roiOperators } from './pooling/roi.ts';
import { unpoolOperators } from './pooling/unpool.ts';
import { createOperators } from './shape/create.ts';
import { oneHotOperators } from './shape/oneHot.ts';
import { randomOperators } from './shape/random.ts';
import { shapeOperators } from './shape/shape.ts';

/** Every family of operators. A new family is a file in one of the folders here and a line in this list. */
const families: readonly OperatorFamily[] = [
  // elementwise
  unaryOperators,
  // reduction
  // movement
  reshapeOperators,
  transposeOperators,
  concatOperators,
  sliceOperators,
  padOperators,
  tileOperators,
  gatherOperators,
  scatterOperators,
  depthOperators,
  sequenceOperators,
  columnsOperators,
  // linear
  convolutionOperators,
  transposedConvolutionOperators,
  deformableConvolutionOperators,
  matmulOperators,
  gemmOperators,
  einsumOperators,
  quantizedLinearOperators,
  determinantOperators,
  // normalization
  // pooling
  poolOperators,
  globalPoolOperators,
  unpoolOperators,
  roiOperators,
  // recurrent
  // image
  // shape
  shapeOperators,
  createOperators,
  oneHotOperators,
  randomOperators,
];

/** All operators the Graph knows, by name. */
export const operators: ReadonlyMap<string, Operator> = new Map(families.flatMap((family) => Object.entries(family)));
