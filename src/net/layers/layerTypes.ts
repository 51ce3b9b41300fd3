import type { Layer, LayerType } from '../net.ts';
import type { LayerRecord } from './record.ts';
import * as records from './records/index.ts';

const byType: Readonly<Record<LayerType, LayerRecord>> = records;

/** The record of a layer type. */
export function layerRecord(type: LayerType): LayerRecord {
  return byType[type];
}

/** The record of the type of a layer; `undefined` for custom layers. */
export function recordOf({ type }: Layer): LayerRecord | undefined {
  return type === 'Custom' ? undefined : byType[type];
}

/** Whether ncnn has a layer type with this name. */
export function isLayerType(name: string): name is LayerType {
  return Object.hasOwn(byType, name);
}

/** All layer types, ordered by their index in a `.param.bin`. */
export const layerTypes: readonly LayerType[] = Object.keys(byType)
  .filter(isLayerType)
  .sort((a, b) => layerRecord(a).index - layerRecord(b).index);

/** Layer types that only change the shape of a blob. */
export const reshapingTypes: readonly LayerType[] = layerTypes.filter((type) => {
  const { sharesMemory, shape } = layerRecord(type);
  return sharesMemory && shape !== 'same';
});

/** The bottoms whose elements a layer moves to its tops, bit for bit. */
export function movedBottoms(layer: Layer): readonly string[] {
  const record = recordOf(layer);
  if (record?.elements !== 'moved') return [];
  return record.takesMore === undefined ? layer.bottoms : layer.bottoms.slice(0, 1);
}
