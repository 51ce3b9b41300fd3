import type { LayerType } from '../net.ts';

/**
 * Layers that ncnn makes inside of another one while it loads or runs it, on any processor or with Vulkan. A build without
 * them crashes or fails there.
 */
export interface CreatedLayers {
  readonly always?: readonly LayerType[];
  /** Where a kernel is 1x1: ncnn lets such a convolution take a vector, as a product. */
  readonly pointwise?: readonly LayerType[];
  /** Where the weight is fed as a blob. */
  readonly dynamicWeight?: readonly LayerType[];
  /** Where the layer computes in int8. */
  readonly int8?: readonly LayerType[];
  /** Whether the fused activation is a layer of its own in some builds. */
  readonly activation?: boolean;
}

/** Made for every net: blobs are packed and cast between layers. */
export const createdByAnyNet: readonly LayerType[] = ['Cast', 'Packing'];

/** By `activation_type`, of layers that have a fused activation made as a layer. */
export const activationLayers: readonly (LayerType | undefined)[] = [undefined, 'ReLU', 'ReLU', 'Clip', 'Sigmoid', 'Mish', 'HardSwish'];

const flattened: readonly LayerType[] = ['Flatten'];

/** What `src/layer` creates in all its folders, or links to; what {@link createdByAnyNet} has is left out. */
export const createdLayers: Readonly<Partial<Record<LayerType, CreatedLayers>>> = {
  Convolution: {
    // Gemm is not made but linked to: on some processors the int8 kernels, which are always built, use functions of it.
    always: ['Padding', 'Gemm'],
    pointwise: ['InnerProduct', 'Reshape'],
    dynamicWeight: flattened,
    int8: ['Quantize', 'Dequantize', 'Requantize'],
    activation: true,
  },
  Convolution1D: { always: ['Padding'], dynamicWeight: flattened },
  Convolution3D: { always: ['Padding'] },
  ConvolutionDepthWise: {
    always: ['Padding', 'Convolution'],
    dynamicWeight: flattened,
    int8: ['Quantize', 'Dequantize', 'Requantize'],
    activation: true,
  },
  ConvolutionDepthWise1D: { always: ['Padding'], dynamicWeight: flattened },
  ConvolutionDepthWise3D: { always: ['Padding'] },
  Deconvolution: { always: ['Crop', 'Gemm'], dynamicWeight: flattened, activation: true },
  Deconvolution1D: { always: ['Crop'], dynamicWeight: flattened },
  Deconvolution3D: { always: ['Crop'] },
  DeconvolutionDepthWise: { always: ['Crop', 'Deconvolution'], dynamicWeight: flattened, activation: true },
  DeconvolutionDepthWise1D: { always: ['Crop'], dynamicWeight: flattened },
  DeconvolutionDepthWise3D: { always: ['Crop'] },
  DeformableConv2D: { always: ['Gemm'], activation: true },
  Fold: { always: ['Crop'] },
  GRU: { int8: ['Quantize'] },
  InnerProduct: { always: flattened, int8: ['Quantize'] },
  LRN: { always: ['Padding'] },
  LSTM: { int8: ['Quantize'] },
  MatMul: { always: ['Gemm'] },
  MultiHeadAttention: { always: ['Gemm', 'Softmax'] },
  Pooling: { always: ['Padding'] },
  Pooling1D: { always: ['Padding'] },
  Pooling3D: { always: ['Padding'] },
  Reshape: { always: flattened },
  RNN: { int8: ['Quantize'] },
  SDPA: { always: ['Gemm', 'Softmax'] },
  Spectrogram: { always: ['Padding'] },
  SPP: { always: ['Padding'] },
  Unfold: { always: ['Padding'] },
  YoloDetectionOutput: { always: ['Softmax'] },
};
