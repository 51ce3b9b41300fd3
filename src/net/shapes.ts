import { isSizes } from './layers/shapeRule.ts';
import { shapesOfTops } from './layers/shapesOfTops.ts';
import type { BlobShape, Net } from './net.ts';

/**
 * The shapes of all blobs that can be told: what ncnn makes of the inputs, layer by layer, and where that is not known what the net comes
 * with. A shape with free axes stays as it came. Layers must stand behind those that make their bottoms; others get no shapes.
 */
export function inferShapes(net: Net): ReadonlyMap<string, BlobShape> {
  const shapes = new Map(net.shapes);
  for (const layer of net.layers) {
    // An Input is what the caller feeds, whatever it says itself.
    if (layer.type === 'Input' && layer.tops.every((top) => shapes.has(top))) continue;
    const found = shapesOfTops(
      layer,
      layer.bottoms.map((bottom) => shapes.get(bottom)),
    );
    for (const [index, top] of layer.tops.entries()) {
      const [shape, given] = [found?.[index], net.shapes.get(top)];
      // Shapes that a file tells can be those of another size of its inputs.
      if (shape !== undefined && (given === undefined || isSizes(given))) shapes.set(top, shape);
    }
  }
  return shapes;
}
