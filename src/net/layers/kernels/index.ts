/** The kernels, each exported under the name of its layer type, so that bundlers can drop those that are not imported. */
export {
  convolution1DKernel as Convolution1D,
  convolution3DKernel as Convolution3D,
  convolutionDepthWise1DKernel as ConvolutionDepthWise1D,
  convolutionDepthWise3DKernel as ConvolutionDepthWise3D,
  convolutionDepthWiseKernel as ConvolutionDepthWise,
  convolutionKernel as Convolution,
} from './convolution/convolution.ts';
export {
  deconvolution1DKernel as Deconvolution1D,
  deconvolution3DKernel as Deconvolution3D,
  deconvolutionDepthWise1DKernel as DeconvolutionDepthWise1D,
  deconvolutionDepthWise3DKernel as DeconvolutionDepthWise3D,
  deconvolutionDepthWiseKernel as DeconvolutionDepthWise,
  deconvolutionKernel as Deconvolution,
} from './convolution/deconvolution.ts';
export { deformableConv2DKernel as DeformableConv2D } from './convolution/deformable.ts';
export {
  foldKernel as Fold,
  unfoldKernel as Unfold,
} from './convolution/im2col.ts';
export {
  detectionOutputKernel as DetectionOutput,
  priorBoxKernel as PriorBox,
  proposalKernel as Proposal,
} from './detection/detection.ts';
export {
  yoloDetectionOutputKernel as YoloDetectionOutput,
  yolov3DetectionOutputKernel as Yolov3DetectionOutput,
} from './detection/yolo.ts';
export {
  absValKernel as AbsVal,
  bnllKernel as BNLL,
  celuKernel as CELU,
  clipKernel as Clip,
  dropoutKernel as Dropout,
  eluKernel as ELU,
  erfKernel as Erf,
  expKernel as Exp,
  geluKernel as GELU,
  hardSigmoidKernel as HardSigmoid,
  hardSwishKernel as HardSwish,
  logKernel as Log,
  mishKernel as Mish,
  powerKernel as Power,
  preluKernel as PReLU,
  reluKernel as ReLU,
  seluKernel as SELU,
  shrinkKernel as Shrink,
  sigmoidKernel as Sigmoid,
  softplusKernel as Softplus,
  swishKernel as Swish,
  tanhKernel as TanH,
  thresholdKernel as Threshold,
} from './elementwise/activation.ts';
export {
  batchNormKernel as BatchNorm,
  biasKernel as Bias,
  binaryOpKernel as BinaryOp,
  eltwiseKernel as Eltwise,
  scaleKernel as Scale,
  unaryOpKernel as UnaryOp,
} from './elementwise/arithmetic.ts';
export {
  castKernel as Cast,
  packingKernel as Packing,
} from './elementwise/cast.ts';
export {
  multiHeadAttentionKernel as MultiHeadAttention,
  rotaryEmbedKernel as RotaryEmbed,
  sdpaKernel as SDPA,
} from './linear/attention.ts';
export {
  einsumKernel as Einsum,
  embedKernel as Embed,
  gemmKernel as Gemm,
  innerProductKernel as InnerProduct,
  matMulKernel as MatMul,
} from './linear/linear.ts';
export {
  gruKernel as GRU,
  lstmKernel as LSTM,
  rnnKernel as RNN,
} from './linear/recurrent.ts';
export {
  flipKernel as Flip,
  permuteKernel as Permute,
  pixelShuffleKernel as PixelShuffle,
  reorgKernel as Reorg,
  shuffleChannelKernel as ShuffleChannel,
} from './movement/permute.ts';
export {
  deepCopyKernel as DeepCopy,
  expandDimsKernel as ExpandDims,
  flattenKernel as Flatten,
  noopKernel as Noop,
  reshapeKernel as Reshape,
  splitKernel as Split,
  squeezeKernel as Squeeze,
} from './movement/reshape.ts';
export {
  concatKernel as Concat,
  copyToKernel as CopyTo,
  cropKernel as Crop,
  diagKernel as Diag,
  sliceKernel as Slice,
} from './movement/sliceConcat.ts';
export { memoryDataKernel as MemoryData } from './movement/source.ts';
export {
  paddingKernel as Padding,
  tileKernel as Tile,
} from './movement/tile.ts';
export {
  gridSampleKernel as GridSample,
  interpKernel as Interp,
} from './pooling/image.ts';
export {
  pooling1DKernel as Pooling1D,
  pooling3DKernel as Pooling3D,
  poolingKernel as Pooling,
} from './pooling/pooling.ts';
export {
  psroiPoolingKernel as PSROIPooling,
  roiAlignKernel as ROIAlign,
  roiPoolingKernel as ROIPooling,
} from './pooling/roi.ts';
export {
  groupNormKernel as GroupNorm,
  instanceNormKernel as InstanceNorm,
  layerNormKernel as LayerNorm,
  lrnKernel as LRN,
  mvnKernel as MVN,
  normalizeKernel as Normalize,
  rmsNormKernel as RMSNorm,
} from './reduction/normalization.ts';
export {
  argMaxKernel as ArgMax,
  cumulativeSumKernel as CumulativeSum,
  gluKernel as GLU,
  reductionKernel as Reduction,
  softmaxKernel as Softmax,
  statisticsPoolingKernel as StatisticsPooling,
} from './reduction/reduction.ts';
export {
  inverseSpectrogramKernel as InverseSpectrogram,
  spectrogramKernel as Spectrogram,
} from './signal/spectrogram.ts';
