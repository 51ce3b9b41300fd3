import type { LayerRules } from '../layer.ts';
import { activationLayerRules } from './activation.ts';
import { affineLayerRules } from './affine.ts';
import { convolutionLayerRules } from './convolution.ts';
import { detectionLayerRules } from './detection.ts';
import { imageLayerRules } from './image.ts';
import { innerProductLayerRules } from './innerProduct.ts';
import { movementLayerRules } from './movement.ts';
import { normalizationLayerRules } from './normalization.ts';
import { poolingLayerRules } from './pooling.ts';
import { recurrentLayerRules } from './recurrent.ts';
import { reductionLayerRules } from './reduction.ts';
import { regionLayerRules } from './regions.ts';

/** Every layer type of Caffe that is converted. A new family is a file here and a line in this list. */
export const layerRules: LayerRules = Object.assign(
  {},
  convolutionLayerRules,
  innerProductLayerRules,
  poolingLayerRules,
  activationLayerRules,
  normalizationLayerRules,
  affineLayerRules,
  movementLayerRules,
  reductionLayerRules,
  imageLayerRules,
  recurrentLayerRules,
  detectionLayerRules,
  regionLayerRules,
);

/** Layers whose bottoms have time, and not samples, on axis 0. */
export const timeFirstTypes: ReadonlySet<string> = new Set(['LSTM', 'RNN']);
