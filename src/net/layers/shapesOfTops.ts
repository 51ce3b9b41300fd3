import type { BlobShape, Layer, LayerOf, LayerType } from '../net.ts';
import { recordOf } from './layerTypes.ts';
import { paramReader } from './params.ts';
import { type BlobSizes, isSizes, type ShapeCall } from './shapeRule.ts';

/**
 * The shapes of the tops of a layer for the given bottoms, as ncnn creates them. `undefined` if they are not known: for layers without a
 * rule, if the rule would need the size of a dynamic axis, and if ncnn rejects the layer.
 */
export function shapesOfTops(layer: Layer, bottoms: readonly (BlobShape | undefined)[]): readonly BlobShape[] | undefined {
  const rule = recordOf(layer)?.shape;
  if (rule === 'same') {
    const shapes = layer.tops.map((_, index) => bottoms[bottoms.length === 1 ? 0 : index]);
    return shapes.every((shape) => shape !== undefined) ? shapes : undefined;
  }
  return rule !== undefined && layer.type !== 'Custom' && bottoms.every(isSizes) ? rule(shapeCall(layer, bottoms)) : undefined;
}

/** A layer as the input of shape rules. */
export function shapeCall(layer: LayerOf<LayerType>, bottoms: readonly BlobSizes[]): ShapeCall {
  return { ...paramReader(layer), bottoms, topCount: layer.tops.length, hasRawParams: (layer.rawParams?.length ?? 0) > 0 };
}
