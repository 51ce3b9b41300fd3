import { activationKernels } from './activation.ts';
import { arithmeticKernels } from './arithmetic.ts';
import { attentionKernels } from './attention.ts';
import type { KernelFamily } from './call.ts';
import { columnKernels } from './columns.ts';
import { convolutionKernels } from './convolution.ts';
import { deconvolutionKernels } from './deconvolution.ts';
import { deformableKernels } from './deformable.ts';
import { detectionKernels } from './detection.ts';
import { imageKernels } from './image.ts';
import { linearKernels } from './linear.ts';
import { normalizationKernels } from './normalization.ts';
import { orderKernels } from './order.ts';
import { partKernels } from './parts.ts';
import { poolingKernels } from './pooling.ts';
import { recurrentKernels } from './recurrent.ts';
import { reductionKernels } from './reduction.ts';
import { regionKernels } from './region.ts';
import { repetitionKernels } from './repetition.ts';
import { viewKernels } from './views.ts';

/** The kernels of all layer types that the executor can run. Input is not among them: its blob is fed. */
export const kernels: KernelFamily = {
  ...activationKernels,
  ...arithmeticKernels,
  ...attentionKernels,
  ...columnKernels,
  ...convolutionKernels,
  ...deconvolutionKernels,
  ...deformableKernels,
  ...detectionKernels,
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
  ...viewKernels,
};
