import { layerRecord, layerTypes } from './layers/layerTypes.ts';
import { fusedActivationOf } from './layers/operators.ts';
import { paramReader } from './layers/params.ts';
import type { Layer, LayerOf, LayerType, Net } from './net.ts';

/**
 * The layer types that a build of ncnn needs to load and run a net, sorted: those of the net, and those that ncnn creates inside them,
 * recursively. Without custom layers, which the user's runtime registers.
 */
export function requiredLayers(net: Net): readonly LayerType[] {
  const required = new Set<LayerType>();
  const add = (type: LayerType): void => {
    if (required.has(type)) return;
    required.add(type);
    for (const created of layerRecord(type).creates?.always ?? []) add(created);
  };
  for (const type of layerTypes) if (layerRecord(type).createdByAnyNet) add(type);
  for (const layer of net.layers) {
    if (layer.type === 'Custom') continue;
    add(layer.type);
    for (const type of onCondition(layer)) add(type);
  }
  return [...required].sort();
}

/** The layer types that a layer creates depending on its parameters. */
function onCondition(layer: LayerOf<LayerType>): readonly LayerType[] {
  const { pointwise = [], dynamicWeight = [], int8 = [], activation = false } = layerRecord(layer.type).creates ?? {};
  const { has, number } = paramReader(layer);
  const value = (name: string): number => (has(name) ? number(name) : 0);
  const fused = activation ? fusedActivationOf(layer)?.layer : undefined;
  return [
    ...(value('kernel_w') === 1 && value('kernel_h') === 1 ? pointwise : []),
    ...(value('dynamic_weight') !== 0 ? dynamicWeight : []),
    ...(value('int8_scale_term') !== 0 || hasInt8(layer) ? int8 : []),
    ...(fused === undefined ? [] : [fused]),
  ];
}

function hasInt8({ weights }: Layer): boolean {
  return weights.some((weight) => weight.storage === 'int8');
}
