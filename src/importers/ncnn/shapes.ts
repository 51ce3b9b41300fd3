import type { BlobDimension, BlobShape, Layer, LayerOf, RawParam } from '../../net/net.ts';
import { isShapeHint } from '../../net/shapeHints.ts';

/**
 * Shapes given in the file: those of Input layers, and the hints written by ncnnoptimize. Blobs without a given shape are not in the map.
 */
export function declaredShapes(layers: readonly Layer[]): ReadonlyMap<string, BlobShape> {
  const shapes = new Map<string, BlobShape>();
  for (const layer of layers) {
    for (const [index, shape] of hintedShapes(layer).entries()) {
      const top = layer.tops[index];
      if (top !== undefined && shape !== undefined) shapes.set(top, shape);
    }
    if (layer.type !== 'Input') continue;
    const shape = inputShape(layer);
    for (const top of layer.tops) if (shape.length > 0) shapes.set(top, shape);
  }
  return shapes;
}

/** Removes the shape hints from all layers, because rewriting can make them wrong. */
export function withoutHints(layers: readonly Layer[]): readonly Layer[] {
  return layers.map((layer) => {
    if (!layer.rawParams?.some(isShapeHint)) return layer;
    const { rawParams, ...unhinted } = layer;
    const otherParams = rawParams.filter((entry) => !isShapeHint(entry));
    return otherParams.length === 0 ? unhinted : { ...unhinted, rawParams: otherParams };
  });
}

/** The Input parameters for a shape. */
export function inputParams(shape: BlobShape): LayerOf<'Input'>['params'] {
  const size = (dimension: BlobDimension | undefined): number => (typeof dimension === 'number' ? dimension : 0);
  const [w, h, ...outer] = [...shape].reverse();
  const c = outer.at(-1);
  const d = outer.length > 1 ? outer[0] : undefined;
  return {
    w: size(w),
    ...(shape.length > 1 ? { h: size(h) } : {}),
    ...(shape.length > 2 ? { c: size(c) } : {}),
    ...(shape.length > 3 ? { d: size(d) } : {}),
  };
}

/** A dynamic axis becomes a symbol unique to the input. The shape is unknown if the layer has no sizes. */
function inputShape({ params, tops }: LayerOf<'Input'>): BlobShape {
  const { w = 0, h = 0, d = 0, c = 0 } = params;
  const rank = d !== 0 ? 4 : c !== 0 ? 3 : h !== 0 ? 2 : w !== 0 ? 1 : 0;
  const axes = [
    ['c', c],
    ['d', d],
    ['h', h],
    ['w', w],
  ] as const;
  const axesInUse = rank === 3 ? axes.filter(([axis]) => axis !== 'd') : axes.slice(4 - rank);
  return axesInUse.map(([axis, size]): BlobDimension => (size > 0 ? size : `${tops[0] ?? ''}_${axis}`));
}

/** Hints have 4 or 5 numbers per top: rank, w, h, (d,) c. A rank of 0 means that the shape is unknown. */
function hintedShapes({ rawParams = [], tops }: Layer): readonly (BlobShape | undefined)[] {
  const value = rawParams.find(isShapeHint)?.value;
  if (!isNumbers(value) || tops.length === 0) return [];
  const step = value.length / tops.length;
  if (step !== 4 && step !== 5) return [];
  return tops.map((_, index) => {
    const [rank = 0, ...sizes] = value.slice(index * step, (index + 1) * step);
    const [w = 0, h = 0] = sizes;
    const [c = 0, d = 0] = [sizes.at(-1), sizes.at(-2)];
    const shape = [[], [w], [h, w], [c, h, w], [c, d, h, w]][rank] ?? [];
    return shape.length > 0 && shape.every((size) => size > 0) ? shape : undefined;
  });
}

function isNumbers(value: RawParam['value'] | undefined): value is readonly number[] {
  return Array.isArray(value);
}
