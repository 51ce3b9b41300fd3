import type { BlobShape, Layer, LayerOf, LayerType } from '../net.ts';
import { recordOf } from './layerTypes.ts';
import { paramReader } from './params.ts';
import { type BlobSizes, isSizes, type ShapeCall } from './shapeRule.ts';

/**
 * The shapes of what a layer makes of blobs with the given shapes, one a top, as ncnn creates them. `undefined` where they
 * are not known: for layers without a rule, free axes that a rule would have to compute with, and what ncnn refuses.
 */
export function shapesOfTops(layer: Layer, bottoms: readonly (BlobShape | undefined)[]): readonly BlobShape[] | undefined {
  const rule = recordOf(layer)?.shape;
  if (rule === 'same') {
    const shapes = layer.tops.map((_, index) => bottoms[bottoms.length === 1 ? 0 : index]);
    return shapes.every((shape) => shape !== undefined) ? shapes : undefined;
  }
  return rule !== undefined && layer.type !== 'Custom' && bottoms.every(isSizes) ? rule(shapeCall(layer, bottoms)) : undefined;
}

/** A layer as shape rules see it. */
export function shapeCall(layer: LayerOf<LayerType>, bottoms: readonly BlobSizes[]): ShapeCall {
  return { ...paramReader(layer), bottoms, topCount: layer.tops.length, hasRawParams: (layer.rawParams?.length ?? 0) > 0 };
}
