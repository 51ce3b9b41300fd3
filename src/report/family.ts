import { isLayerType, layerRecord } from '../net/layers/layerTypes.ts';
import type { LayerFamily } from '../net/layers/record.ts';

/** The names of the families in the legend, in order. */
export const familyNames: Readonly<Record<LayerFamily, string>> = {
  input: 'input, output',
  convolution: 'convolution',
  linear: 'linear',
  sequence: 'recurrent, attention',
  normalization: 'normalization',
  activation: 'activation',
  pooling: 'pooling, resizing',
  arithmetic: 'arithmetic',
  movement: 'shape and order',
  other: 'other',
};

/** The family of a layer type, which may be a custom one. */
export function familyOf(type: string): LayerFamily {
  return isLayerType(type) ? layerRecord(type).family : 'other';
}
