import type { Layer, RawParam } from './net.ts';

/** Id of the parameter, valid for every layer, that holds the shapes of its tops. ncnn uses these hints to choose kernels. */
const shapeHintsId = 30;

/** Whether a parameter holds the shapes of the tops. */
export function isShapeHint({ id, value }: RawParam): boolean {
  return id === shapeHintsId && Array.isArray(value);
}

/** The layer with the shape of its only top, `[c, h, w]`, as a hint. */
export function withShapeHint<L extends Layer>(layer: L, [c, h, w]: readonly [c: number, h: number, w: number]): L {
  const others = (layer.rawParams ?? []).filter((entry) => !isShapeHint(entry));
  return { ...layer, rawParams: [...others, { id: shapeHintsId, kind: 'ints', value: [3, w, h, c] }] };
}
