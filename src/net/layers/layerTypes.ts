import type { Layer, LayerType } from '../net.ts';
import type { LayerRecord } from './record.ts';
import * as records from './records/index.ts';

const byType: Readonly<Record<LayerType, LayerRecord>> = records;

/** The facts about a layer type. */
export function layerRecord(type: LayerType): LayerRecord {
  return byType[type];
}

/** The facts about the type of a layer; `undefined` for a custom one. */
export function recordOf({ type }: Layer): LayerRecord | undefined {
  return type === 'Custom' ? undefined : byType[type];
}

/** Whether ncnn has a layer type of that name. */
export function isLayerType(name: string): name is LayerType {
  return Object.hasOwn(byType, name);
}

/** All layer types, by their number in a `.param.bin`. */
export const layerTypes: readonly LayerType[] = Object.keys(byType)
  .filter(isLayerType)
  .sort((a, b) => layerRecord(a).index - layerRecord(b).index);

/** Layer types that only give a blob another shape. */
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
