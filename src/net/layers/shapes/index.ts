import type { BlobShape, Layer } from '../../net.ts';
import { convolutionShapes } from './convolution.ts';
import { elementwiseShapes, keepsShape } from './elementwise.ts';
import { movementShapes } from './movement.ts';
import { poolingShapes } from './pooling.ts';
import { productShapes } from './product.ts';
import { reductionShapes } from './reduction.ts';
import { type BlobSizes, type ShapeFamily, shapeCall } from './rule.ts';
import { signalShapes } from './signal.ts';
import { sourceShapes } from './source.ts';

/** The shape rules of all layer types that have one, beside those that keep the shape of what they read. */
const rules: ShapeFamily = {
  ...sourceShapes,
  ...elementwiseShapes,
  ...convolutionShapes,
  ...poolingShapes,
  ...productShapes,
  ...reductionShapes,
  ...movementShapes,
  ...signalShapes,
};

/**
 * The shapes of what a layer makes of blobs with the given shapes, one a top, as ncnn creates them. `undefined` where they
 * are not known: for layers without a rule, free axes that a rule would have to compute with, and what ncnn refuses.
 */
export function shapesOfTops(layer: Layer, bottoms: readonly (BlobShape | undefined)[]): readonly BlobShape[] | undefined {
  if (layer.type === 'Custom') return undefined;
  if (keepsShape(layer.type)) {
    const shapes = layer.tops.map((_, index) => bottoms[bottoms.length === 1 ? 0 : index]);
    return shapes.every((shape) => shape !== undefined) ? shapes : undefined;
  }
  const rule = rules[layer.type];
  return rule !== undefined && bottoms.every(isSizes) ? rule(shapeCall(layer, bottoms)) : undefined;
}

/** Whether a shape is known and has no free axes. */
export function isSizes(shape: BlobShape | undefined): shape is BlobSizes {
  return shape?.every((size) => typeof size === 'number') ?? false;
}
