import type { LayerType } from '../../net.ts';
import { activationKernels } from './activation.ts';
import { arithmeticKernels } from './arithmetic.ts';
import { attentionKernels } from './attention.ts';
import type { KernelFamily } from './call.ts';
import { storageKernels } from './cast.ts';
import { convolutionKernels } from './convolution.ts';
import { deconvolutionKernels } from './deconvolution.ts';
import { deformableKernels } from './deformable.ts';
import { detectionKernels } from './detection.ts';
import { columnKernels } from './im2col.ts';
import { imageKernels } from './image.ts';
import { linearKernels } from './linear.ts';
import { normalizationKernels } from './normalization.ts';
import { orderKernels } from './permute.ts';
import { poolingKernels } from './pooling.ts';
import { recurrentKernels } from './recurrent.ts';
import { reductionKernels } from './reduction.ts';
import { viewKernels } from './reshape.ts';
import { regionKernels } from './roi.ts';
import { partKernels } from './sliceConcat.ts';
import { spectrogramKernels } from './spectrogram.ts';
import { repetitionKernels } from './tile.ts';
import { gridKernels } from './yolo.ts';

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
