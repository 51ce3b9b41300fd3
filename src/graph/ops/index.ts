import type { Operator, OperatorFamily } from '../ir/operator.ts';
import { customLayerOperators } from './custom/custom.ts';
import { activationOperators } from './elementwise/activation.ts';
import { arithmeticOperators } from './elementwise/arithmetic.ts';
import { castOperators } from './elementwise/cast.ts';
import { clipOperators } from './elementwise/clip.ts';
import { comparisonOperators } from './elementwise/comparison.ts';
import { identityOperators } from './elementwise/identity.ts';
import { logicalOperators } from './elementwise/logical.ts';
import { quantizationOperators } from './elementwise/quantization.ts';
import { selectOperators } from './elementwise/select.ts';
import { unaryOperators } from './elementwise/unary.ts';
import { variadicOperators } from './elementwise/variadic.ts';
import { gridSampleOperators } from './image/gridSample.ts';
import { resizeOperators } from './image/resize.ts';
import { convolutionOperators } from './linear/convolution.ts';
import { deformableConvolutionOperators } from './linear/deformable.ts';
import { determinantOperators } from './linear/determinant.ts';
import { einsumOperators } from './linear/einsum.ts';
import { gemmOperators } from './linear/gemm.ts';
import { matmulOperators } from './linear/matmul.ts';
import { projectedAttentionOperators } from './linear/projectedAttention.ts';
import { quantizedLinearOperators } from './linear/quantized.ts';
import { scaledAttentionOperators } from './linear/scaledAttention.ts';
import { transposedConvolutionOperators } from './linear/transposed.ts';
import { columnsOperators } from './movement/columns.ts';
import { concatOperators } from './movement/concat.ts';
import { depthOperators } from './movement/depth.ts';
import { gatherOperators } from './movement/gather.ts';
import { listOperators } from './movement/list.ts';
import { padOperators } from './movement/pad.ts';
import { reshapeOperators } from './movement/reshape.ts';
import { scatterOperators } from './movement/scatter.ts';
import { sequenceOperators } from './movement/sequence.ts';
import { sliceOperators } from './movement/slice.ts';
import { splitOperators } from './movement/split.ts';
import { tileOperators } from './movement/tile.ts';
import { transposeOperators } from './movement/transpose.ts';
import { channelwiseOperators } from './normalization/channelwise.ts';
import { layerwiseOperators } from './normalization/layerwise.ts';
import { responseOperators } from './normalization/response.ts';
import { unitLengthOperators } from './normalization/unitLength.ts';
import { adaptivePoolOperators } from './pooling/adaptive.ts';
import { globalPoolOperators } from './pooling/global.ts';
import { poolOperators } from './pooling/pool.ts';
import { roiOperators } from './pooling/roi.ts';
import { unpoolOperators } from './pooling/unpool.ts';
import { recurrentOperators } from './recurrent/recurrent.ts';
import { argOperators } from './reduction/arg.ts';
import { boxOperators } from './reduction/boxes.ts';
import { cumulativeOperators } from './reduction/cumulative.ts';
import { detectionOperators } from './reduction/detection.ts';
import { orderOperators } from './reduction/order.ts';
import { reduceOperators } from './reduction/reduce.ts';
import { softmaxOperators } from './reduction/softmax.ts';
import { createOperators } from './shape/create.ts';
import { oneHotOperators } from './shape/oneHot.ts';
import { randomOperators } from './shape/random.ts';
import { shapeOperators } from './shape/shape.ts';
import { fourierOperators } from './signal/fourier.ts';
import { windowOperators } from './signal/windows.ts';

/** Every family of operators. To add a family, add a file in one of these folders and a line to this list. */
const families: readonly OperatorFamily[] = [
  // elementwise
  unaryOperators,
  arithmeticOperators,
  variadicOperators,
  comparisonOperators,
  logicalOperators,
  selectOperators,
  castOperators,
  activationOperators,
  clipOperators,
  identityOperators,
  quantizationOperators,
  // reduction
  reduceOperators,
  argOperators,
  softmaxOperators,
  cumulativeOperators,
  orderOperators,
  detectionOperators,
  boxOperators,
  // movement
  reshapeOperators,
  transposeOperators,
  concatOperators,
  splitOperators,
  sliceOperators,
  padOperators,
  tileOperators,
  gatherOperators,
  scatterOperators,
  depthOperators,
  sequenceOperators,
  listOperators,
  columnsOperators,
  // linear
  convolutionOperators,
  transposedConvolutionOperators,
  deformableConvolutionOperators,
  matmulOperators,
  gemmOperators,
  einsumOperators,
  quantizedLinearOperators,
  projectedAttentionOperators,
  scaledAttentionOperators,
  determinantOperators,
  // normalization
  channelwiseOperators,
  layerwiseOperators,
  responseOperators,
  unitLengthOperators,
  // pooling
  poolOperators,
  globalPoolOperators,
  adaptivePoolOperators,
  unpoolOperators,
  roiOperators,
  // recurrent
  recurrentOperators,
  // image
  resizeOperators,
  gridSampleOperators,
  // signal
  windowOperators,
  fourierOperators,
  // shape
  shapeOperators,
  createOperators,
  oneHotOperators,
  randomOperators,
  // custom
  customLayerOperators,
];

/** All operators of the graph, by name. */
export const operators: ReadonlyMap<string, Operator> = new Map(families.flatMap((family) => Object.entries(family)));

/** The domain of operators that only rewrites and importers create. They correspond to layers of ncnn. */
export const privateDomain = 'ncnn';
