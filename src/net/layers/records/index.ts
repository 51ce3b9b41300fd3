/** The records, each exported under the name of its layer type. */
export {
  Convolution,
  Convolution1D,
  Convolution3D,
  ConvolutionDepthWise,
  ConvolutionDepthWise1D,
  ConvolutionDepthWise3D,
} from './convolution/convolution.ts';
export {
  Deconvolution,
  Deconvolution1D,
  Deconvolution3D,
  DeconvolutionDepthWise,
  DeconvolutionDepthWise1D,
  DeconvolutionDepthWise3D,
} from './convolution/deconvolution.ts';
export { DeformableConv2D } from './convolution/deformable.ts';
export { Fold, Unfold } from './convolution/im2col.ts';
export { DetectionOutput, PriorBox, Proposal } from './detection/detection.ts';
export { YoloDetectionOutput, Yolov3DetectionOutput } from './detection/yolo.ts';
export {
  AbsVal,
  BNLL,
  CELU,
  Clip,
  Dropout,
  ELU,
  Erf,
  Exp,
  GELU,
  HardSigmoid,
  HardSwish,
  Log,
  Mish,
  Power,
  PReLU,
  ReLU,
  SELU,
  Shrink,
  Sigmoid,
  Softplus,
  Swish,
  TanH,
  Threshold,
} from './elementwise/activation.ts';
export { BatchNorm, Bias, BinaryOp, Eltwise, Scale, UnaryOp } from './elementwise/arithmetic.ts';
export { Cast, Packing } from './elementwise/cast.ts';
export { Dequantize, Quantize, Requantize } from './elementwise/quantization.ts';
export { MultiHeadAttention, RotaryEmbed, SDPA } from './linear/attention.ts';
export { Einsum, Embed, Gemm, InnerProduct, MatMul } from './linear/linear.ts';
export { GRU, LSTM, RNN } from './linear/recurrent.ts';
export { Flip, Permute, PixelShuffle, Reorg, ShuffleChannel } from './movement/permute.ts';
export { DeepCopy, ExpandDims, Flatten, Noop, Reshape, Split, Squeeze } from './movement/reshape.ts';
export { Concat, CopyTo, Crop, Diag, Slice } from './movement/sliceConcat.ts';
export { Input, MemoryData } from './movement/source.ts';
export { Padding, Tile } from './movement/tile.ts';
export { GridSample, Interp } from './pooling/image.ts';
export { Pooling, Pooling1D, Pooling3D, SPP } from './pooling/pooling.ts';
export { PSROIPooling, ROIAlign, ROIPooling } from './pooling/roi.ts';
export { GroupNorm, InstanceNorm, LayerNorm, LRN, MVN, Normalize, RMSNorm } from './reduction/normalization.ts';
export { ArgMax, CumulativeSum, GLU, Reduction, Softmax, StatisticsPooling } from './reduction/reduction.ts';
export { InverseSpectrogram, Spectrogram } from './signal/spectrogram.ts';
