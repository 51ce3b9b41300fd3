import type { LayerType } from '../../net.ts';
import type { KernelFamily } from './call.ts';
import { convolutionKernels } from './convolution/convolution.ts';
import { deconvolutionKernels } from './convolution/deconvolution.ts';
import { deformableKernels } from './convolution/deformable.ts';
import { columnKernels } from './convolution/im2col.ts';
import { detectionKernels } from './detection/detection.ts';
import { gridKernels } from './detection/yolo.ts';
import { activationKernels } from './elementwise/activation.ts';
import { arithmeticKernels } from './elementwise/arithmetic.ts';
import { storageKernels } from './elementwise/cast.ts';
import { attentionKernels } from './linear/attention.ts';
import { linearKernels } from './linear/linear.ts';
import { recurrentKernels } from './linear/recurrent.ts';
import { orderKernels } from './movement/permute.ts';
import { viewKernels } from './movement/reshape.ts';
import { partKernels } from './movement/sliceConcat.ts';
import { repetitionKernels } from './movement/tile.ts';
import { imageKernels } from './pooling/image.ts';
import { poolingKernels } from './pooling/pooling.ts';
import { regionKernels } from './pooling/roi.ts';
import { normalizationKernels } from './reduction/normalization.ts';
import { reductionKernels } from './reduction/reduction.ts';
import { spectrogramKernels } from './signal/spectrogram.ts';

/**
 * Layer types without a kernel. The blob of an Input is fed. Quantize, Dequantize and Requantize work on blobs of int8 and int32; none of
 * our importers makes them, only a `.param` can hold them. SPP writes beyond its blob in ncnn, which leaves it out by default.
 */
export const withoutKernel: readonly LayerType[] = ['Input', 'Quantize', 'Dequantize', 'Requantize', 'SPP'];

/** The kernels of all other layer types. */
export const kernels: KernelFamily = {
  ...activationKernels,
  ...arithmeticKernels,
  ...attentionKernels,
  ...columnKernels,
  ...convolutionKernels,
  ...deconvolutionKernels,
  ...deformableKernels,
  ...detectionKernels,
  ...gridKernels,
  ...imageKernels,
  ...linearKernels,
  ...normalizationKernels,
  ...orderKernels,
  ...partKernels,
  ...poolingKernels,
  ...recurrentKernels,
  ...reductionKernels,
  ...regionKernels,
  ...repetitionKernels,
  ...spectrogramKernels,
  ...storageKernels,
  ...viewKernels,
};
