import type { LayerRules } from '../layer.ts';
import { activationRules } from './activation.ts';
import { affineRules } from './affine.ts';
import { convolutionRules } from './convolution.ts';
import { detectionRules } from './detection.ts';
import { imageRules } from './image.ts';
import { innerProductRules } from './innerProduct.ts';
import { movementRules } from './movement.ts';
import { normalizationRules } from './normalization.ts';
import { poolingRules } from './pooling.ts';
import { recurrentRules } from './recurrent.ts';
import { reductionRules } from './reduction.ts';
import { regionRules } from './regions.ts';

/** Every layer type of Caffe that is converted. A new family is a file here and a line in this list. */
export const layerRules: LayerRules = Object.assign(
  {},
  convolutionRules,
  innerProductRules,
  poolingRules,
  activationRules,
  normalizationRules,
  affineRules,
  movementRules,
  reductionRules,
  imageRules,
  recurrentRules,
  detectionRules,
  regionRules,
);

/** Layers whose bottoms have time, and not samples, on axis 0. */
export const timeFirstTypes: ReadonlySet<string> = new Set(['LSTM', 'RNN']);
