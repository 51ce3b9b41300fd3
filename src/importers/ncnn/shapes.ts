import type { BlobDimension, BlobShape, Layer, LayerOf, RawParam } from '../../net/net.ts';

/** Id of the parameter in which any layer may tell the shapes of its tops; ncnn takes them for hints, to choose kernels by. */
const shapeHintsId = 30;

/**
 * Shapes that the file itself tells: those of Input layers, and the hints that ncnnoptimize leaves. What a file
 * does not tell is not in the map.
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

/** The layers without their shape hints, which rewriting would leave wrong. */
export function withoutHints(layers: readonly Layer[]): readonly Layer[] {
  return layers.map((layer) => {
    if (!layer.rawParams?.some(isHint)) return layer;
    const { rawParams, ...rest } = layer;
    const kept = rawParams.filter((entry) => !isHint(entry));
    return kept.length === 0 ? rest : { ...rest, rawParams: kept };
  });
}

/** The parameters of an Input of a shape. */
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

/** A free axis is a symbol of the input's own; without any axis the shape is not known. */
function inputShape({ params, tops }: LayerOf<'Input'>): BlobShape {
  const { w = 0, h = 0, d = 0, c = 0 } = params;
  const rank = d !== 0 ? 4 : c !== 0 ? 3 : h !== 0 ? 2 : w !== 0 ? 1 : 0;
  const axes = [
    ['c', c],
    ['d', d],
    ['h', h],
    ['w', w],
  ] as const;
  const held = rank === 3 ? axes.filter(([axis]) => axis !== 'd') : axes.slice(4 - rank);
  return held.map(([axis, size]): BlobDimension => (size > 0 ? size : `${tops[0] ?? ''}_${axis}`));
}

function isHint({ id, value }: RawParam): boolean {
  return id === shapeHintsId && Array.isArray(value);
}

/** Hints are groups of 4 or 5 numbers, one group a top: rank, w, h, (d,) c; rank 0 tells nothing. */
function hintedShapes({ rawParams = [], tops }: Layer): readonly (BlobShape | undefined)[] {
  const value = rawParams.find(isHint)?.value;
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
