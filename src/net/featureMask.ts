import type { Layer } from './net.ts';

/** Bits of the feature mask. Each bit disables a feature of ncnn for one layer. */
export const featureBits = { fp16Arithmetic: 1, fp16Storage: 2, winograd: 64, threads: 128 } as const;

/** The mask is parameter 31 of every layer type. */
const maskId = 31;

/** The feature mask of a layer; 0 if it has none. */
export function featureMaskOf({ rawParams = [] }: Layer): number {
  return Number(rawParams.find(({ id }) => id === maskId)?.value ?? 0);
}

/** The layer with additional bits in its feature mask. */
export function withFeatureMask<L extends Layer>(layer: L, bits: number): L {
  const mask = featureMaskOf(layer);
  if ((mask & bits) === bits) return layer;
  const others = (layer.rawParams ?? []).filter(({ id }) => id !== maskId);
  return { ...layer, rawParams: [...others, { id: maskId, kind: 'int', value: mask | bits }] };
}
