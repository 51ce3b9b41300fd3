import type { Layer, Net } from '../net.ts';

/**
 * Feature masks: the parameter 31 of every layer, which turns features of ncnn off for it. Layers without one use fp16 for blobs and sums where the
 * options of the net say so.
 */
export type HalfMask = 'arithmetic' | 'storage';

const maskId = 31;
/** No fp16 arithmetic. */
const noArithmetic = 1;
/** No fp16 storage. */
const noStorage = 2;

/** What a layer computes in where the net runs in fp16: sums, only storage, or neither is fp16. */
export function halfModeOf({ rawParams = [] }: Layer): 'sums' | 'storage' | 'none' {
  const mask = Number(rawParams.find(({ id }) => id === maskId)?.value ?? 0);
  if ((mask & noStorage) !== 0) return 'none';
  return (mask & noArithmetic) !== 0 ? 'storage' : 'sums';
}

/** The net with masks on the named layers, which keep what else their masks turn off. */
export function withMasks(net: Net, masks: ReadonlyMap<string, HalfMask>): Net {
  return { ...net, layers: net.layers.map((layer) => masked(layer, masks.get(layer.name))) };
}

function masked(layer: Layer, mask: HalfMask | undefined): Layer {
  if (mask === undefined) return layer;
  const others = (layer.rawParams ?? []).filter(({ id }) => id !== maskId);
  const before = Number(layer.rawParams?.find(({ id }) => id === maskId)?.value ?? 0);
  const value = before | noArithmetic | (mask === 'storage' ? noStorage : 0);
  return { ...layer, rawParams: [...others, { id: maskId, kind: 'int', value }] };
}
