import { customLayerLowerings } from './custom/custom.ts';
import { activationLowerings } from './elementwise/activation.ts';
import { arithmeticLowerings } from './elementwise/arithmetic.ts';
import { castLowerings } from './elementwise/cast.ts';
import { clipLowerings } from './elementwise/clip.ts';
import { comparisonLowerings } from './elementwise/comparison.ts';
import { identityLowerings } from './elementwise/identity.ts';
import { logicalLowerings } from './elementwise/logical.ts';
import { quantizationLowerings } from './elementwise/quantization.ts';
import { selectLowerings } from './elementwise/select.ts';
import { unaryLowerings } from './elementwise/unary.ts';
import { variadicLowerings } from './elementwise/variadic.ts';
import { gridSampleLowerings } from './image/gridSample.ts';
import { resizeLowerings } from './image/resize.ts';
import { convolutionLowerings } from './linear/convolution.ts';
import { deformableConvolutionLowerings } from './linear/deformable.ts';
import { einsumLowerings } from './linear/einsum.ts';
import { gemmLowerings } from './linear/gemm.ts';
import { matmulLowerings } from './linear/matmul.ts';
import { projectedAttentionLowerings } from './linear/projectedAttention.ts';
import { scaledAttentionLowerings } from './linear/scaledAttention.ts';
import { transposedConvolutionLowerings } from './linear/transposed.ts';
import { columnsLowerings } from './movement/columns.ts';
import { concatLowerings } from './movement/concat.ts';
import { depthLowerings } from './movement/depth.ts';
import { gatherLowerings } from './movement/gather.ts';
import { padLowerings } from './movement/pad.ts';
import { reshapeLowerings } from './movement/reshape.ts';
import { scatterLowerings } from './movement/scatter.ts';
import { sequenceLowerings } from './movement/sequence.ts';
import { sliceLowerings } from './movement/slice.ts';
import { splitLowerings } from './movement/split.ts';
import { tileLowerings } from './movement/tile.ts';
import { transposeLowerings } from './movement/transpose.ts';
import type { Lowering, LoweringFamily } from './node.ts';
import { channelwiseLowerings } from './normalization/channelwise.ts';
import { layerwiseLowerings } from './normalization/layerwise.ts';
import { responseLowerings } from './normalization/response.ts';
import { unitLengthLowerings } from './normalization/unitLength.ts';
import { adaptivePoolLowerings } from './pooling/adaptive.ts';
import { globalPoolLowerings } from './pooling/global.ts';
import { poolLowerings } from './pooling/pool.ts';
import { roiLowerings } from './pooling/roi.ts';
import { recurrentLowerings } from './recurrent/recurrent.ts';
import { argLowerings } from './reduction/arg.ts';
import { boxLowerings } from './reduction/boxes.ts';
import { cumulativeLowerings } from './reduction/cumulative.ts';
import { reduceLowerings } from './reduction/reduce.ts';
import { softmaxLowerings } from './reduction/softmax.ts';
import { createLowerings } from './shape/create.ts';
import { oneHotLowerings } from './shape/oneHot.ts';
import { fourierLowerings } from './signal/fourier.ts';
import { windowLowerings } from './signal/windows.ts';

/** All families of lowerings, in the order of the operator families in `graph/ops`. */
const families: readonly LoweringFamily[] = [
  // elementwise
  unaryLowerings,
  arithmeticLowerings,
  variadicLowerings,
  comparisonLowerings,
  logicalLowerings,
  selectLowerings,
  castLowerings,
  activationLowerings,
  clipLowerings,
  identityLowerings,
  quantizationLowerings,
  // reduction
  reduceLowerings,
  argLowerings,
  softmaxLowerings,
  cumulativeLowerings,
  boxLowerings,
  // movement
  reshapeLowerings,
  transposeLowerings,
  concatLowerings,
  splitLowerings,
  sliceLowerings,
  padLowerings,
  tileLowerings,
  gatherLowerings,
  scatterLowerings,
  depthLowerings,
  sequenceLowerings,
  columnsLowerings,
  // linear
  convolutionLowerings,
  transposedConvolutionLowerings,
  deformableConvolutionLowerings,
  matmulLowerings,
  gemmLowerings,
  einsumLowerings,
  projectedAttentionLowerings,
  scaledAttentionLowerings,
  // normalization
  channelwiseLowerings,
  layerwiseLowerings,
  responseLowerings,
  unitLengthLowerings,
  // pooling
  poolLowerings,
  globalPoolLowerings,
  adaptivePoolLowerings,
  roiLowerings,
  // recurrent
  recurrentLowerings,
  // image
  resizeLowerings,
  gridSampleLowerings,
  // signal
  windowLowerings,
  fourierLowerings,
  // shape
  createLowerings,
  oneHotLowerings,
  // custom
  customLayerLowerings,
];

/** The lowering of each operator that ncnn supports, by ONNX name. */
export const lowerings: ReadonlyMap<string, Lowering> = new Map(families.flatMap((family) => Object.entries(family)));
