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

/** The kernels of the layer types. */
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
