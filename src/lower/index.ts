import { unaryLowerings } from './elementwise/unary.ts';
import { gridSampleLowerings } from './image/gridSample.ts';
import { resizeLowerings } from './image/resize.ts';
import { convolutionLowerings } from './linear/convolution.ts';
import { deformableConvolutionLowerings } from './linear/deformable.ts';
import { einsumLowerings } from './linear/einsum.ts';
import { gemmLowerings } from './linear/gemm.ts';
import { matmulLowerings } from './linear/matmul.ts';
import { transposedConvolutionLowerings } from './linear/transposed.ts';
import { aliasLowerings } from './movement/alias.ts';
import { columnsLowerings } from './movement/columns.ts';
import { depthLowerings } from './movement/depth.ts';
import { gatherLowerings } from './movement/gather.ts';
import { joinLowerings } from './movement/join.ts';
import { padLowerings } from './movement/pad.ts';
import { permuteLowerings } from './movement/permute.ts';
import { scatterLowerings } from './movement/scatter.ts';
import { sequenceLowerings } from './movement/sequence.ts';
import { sliceLowerings } from './movement/slice.ts';
import { tileLowerings } from './movement/tile.ts';
import type { Lowering, LoweringFamily } from './node.ts';
import { channelwiseLowerings } from './normalization/channelwise.ts';
import { layerwiseLowerings } from './normalization/layerwise.ts';
import { responseLowerings } from './normalization/response.ts';
import { globalPoolLowerings } from './pooling/global.ts';
import { poolLowerings } from './pooling/pool.ts';
import { roiLowerings } from './pooling/roi.ts';
import { recurrentLowerings } from './recurrent/recurrent.ts';
import { createLowerings } from './shape/create.ts';
import { oneHotLowerings } from './shape/oneHot.ts';

/** Every family of lowerings, in the order of the operator families in `graph/ops`. */
const families: readonly LoweringFamily[] = [
  // elementwise
  unaryLowerings,
  // reduction
  // movement
  aliasLowerings,
  permuteLowerings,
  joinLowerings,
  sliceLowerings,
  padLowerings,
  tileLowerings,
  gatherLowerings,
  depthLowerings,
  scatterLowerings,
  sequenceLowerings,
  columnsLowerings,
  // linear
  convolutionLowerings,
  transposedConvolutionLowerings,
  deformableConvolutionLowerings,
  matmulLowerings,
  gemmLowerings,
  einsumLowerings,
  // normalization
  channelwiseLowerings,
  layerwiseLowerings,
  responseLowerings,
  // pooling
  poolLowerings,
  globalPoolLowerings,
  roiLowerings,
  // recurrent
  recurrentLowerings,
  // image
  resizeLowerings,
  gridSampleLowerings,
  // shape
  createLowerings,
  oneHotLowerings,
];

/** The lowering of each operator that has an ncnn form, by ONNX name. */
export const lowerings: ReadonlyMap<string, Lowering> = new Map(families.flatMap((family) => Object.entries(family)));
