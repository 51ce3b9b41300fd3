import { activationKernels } from './activation.ts';
import { arithmeticKernels } from './arithmetic.ts';
import { attentionKernels } from './attention.ts';
import type { KernelFamily } from './call.ts';
import { convolutionKernels } from './convolution.ts';
import { detectionKernels } from './detection.ts';
import { imageKernels } from './image.ts';
import { layoutKernels } from './layout.ts';
import { linearKernels } from './linear.ts';
import { normalizationKernels } from './normalization.ts';
import { poolingKernels } from './pooling.ts';
import { recurrentKernels } from './recurrent.ts';
import { reductionKernels } from './reduction.ts';
import { regionKernels } from './region.ts';

/** The kernels of all layer types that the executor can run. Input is not among them: its blob is fed. */
export const kernels: KernelFamily = {
  ...activationKernels,
  ...arithmeticKernels,
  ...attentionKernels,
  ...convolutionKernels,
  ...detectionKernels,
  ...imageKernels,
  ...layoutKernels,
  ...linearKernels,
  ...normalizationKernels,
  ...poolingKernels,
  ...recurrentKernels,
  ...reductionKernels,
  ...regionKernels,
};
