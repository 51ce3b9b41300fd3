import type { Layer } from './net.ts';

/** Bits of the feature mask: each turns a feature of ncnn off for one layer. */
export const featureBits = { fp16Arithmetic: 1, fp16Storage: 2, threads: 128 } as const;

/** The mask is parameter 31 of every layer type. */
const maskId = 31;

/** The bits that a layer's mask has. */
export function featureMaskOf({ rawParams = [] }: Layer): number {
  return Number(rawParams.find(({ id }) => id === maskId)?.value ?? 0);
}

/** The layer with further bits in its mask. */
export function withFeatureMask<L extends Layer>(layer: L, bits: number): L {
  const mask = featureMaskOf(layer);
  if ((mask & bits) === bits) return layer;
  const others = (layer.rawParams ?? []).filter(({ id }) => id !== maskId);
  return { ...layer, rawParams: [...others, { id: maskId, kind: 'int', value: mask | bits }] };
}
