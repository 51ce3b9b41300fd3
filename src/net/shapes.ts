import { isSizes } from './layers/shapeRule.ts';
import { shapesOfTops } from './layers/shapesOfTops.ts';
import type { BlobShape, Net } from './net.ts';

/**
 * The shapes of all blobs that are known: inferred from the inputs layer by layer, or otherwise taken from the net. A shape with dynamic
 * axes is not replaced. Layers must follow the layers that produce their bottoms; other layers get no shapes.
 */
export function inferShapes(net: Net): ReadonlyMap<string, BlobShape> {
  const shapes = new Map(net.shapes);
  for (const layer of net.layers) {
    // The shape of an Input is the one that the caller feeds, whatever its parameters are.
    if (layer.type === 'Input' && layer.tops.every((top) => shapes.has(top))) continue;
    const found = shapesOfTops(
      layer,
      layer.bottoms.map((bottom) => shapes.get(bottom)),
    );
    for (const [index, top] of layer.tops.entries()) {
      const [shape, declared] = [found?.[index], net.shapes.get(top)];
      // Shapes in a file may belong to another input size, so inferred shapes replace them.
      if (shape !== undefined && (declared === undefined || isSizes(declared))) shapes.set(top, shape);
    }
  }
  return shapes;
}
