import type { LayerRule, LayerRules } from '../layer.ts';
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

/** All families of layers. To add one, add a file here and an entry in this list. */
const families: readonly LayerRules[] = [
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
];

/** The supported Caffe layer types. */
export const layerRules: ReadonlyMap<string, LayerRule> = new Map(
  families.flatMap((family) => Object.entries(family)).map(([type, rule]) => [type, typeof rule === 'function' ? { convert: rule } : rule]),
);
