import { shapesOfTops } from './layers/shapes/index.ts';
import type { BlobShape, Net } from './net.ts';

/**
 * The shapes of all blobs that can be told: those the net comes with, and what ncnn makes of them, layer by layer. Layers must
 * stand behind those that make their bottoms; others get no shapes.
 */
export function inferShapes(net: Net): ReadonlyMap<string, BlobShape> {
  const shapes = new Map(net.shapes);
  for (const layer of net.layers) {
    if (layer.tops.every((top) => shapes.has(top))) continue;
    const found = shapesOfTops(
      layer,
      layer.bottoms.map((bottom) => shapes.get(bottom)),
    );
    for (const [index, top] of layer.tops.entries()) {
      const shape = found?.[index];
      if (shape !== undefined && !shapes.has(top)) shapes.set(top, shape);
    }
  }
  return shapes;
}
