import type { Layer } from '../net.ts';
import { layerRecord } from './layerTypes.ts';
import { numberParam } from './params.ts';
import type { WeightSlot } from './weightRule.ts';

/**
 * The weights of a layer in file order, as its `load_model` reads them for the given parameters. `undefined` for custom layers, because
 * only the user's runtime knows their weights.
 */
export function weightSlots(layer: Layer): readonly WeightSlot[] | undefined {
  if (layer.type === 'Custom') return undefined;
  const { type, params } = layer;
  return layerRecord(type).weights?.((name) => numberParam(type, params, name)) ?? [];
}
