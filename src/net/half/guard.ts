import { type BlobData, execute, executeLayer } from '../execute.ts';
import { recordOf } from '../layers/layerTypes.ts';
import type { Layer, Net } from '../net.ts';
import { lossOf } from './loss.ts';
import { type HalfMask, withMasks } from './masks.ts';
import { PhoneLayers } from './phoneLayers.ts';

/** The inputs of a net, by blob. */
export type NetFeeds = ReadonlyMap<string, BlobData>;

/** The effect of fp16 on one layer with exact inputs. */
export interface LayerLoss {
  readonly layer: string;
  readonly type: string;
  /** The largest magnitude in its tops. */
  readonly largest: number;
  /** The loss of its tops; infinite if fp16 overflows. */
  readonly loss: number;
}

export interface HalfGuard {
  /** The layers to mask, in the order of the net; empty if fp16 is accurate enough. */
  readonly masks: ReadonlyMap<string, HalfMask>;
  /** The loss of the outputs without and with the masks. */
  readonly before: number;
  readonly after: number;
  /** All layers that fp16 affects, in the order of the net. */
  readonly layers: readonly LayerLoss[];
}

/** The default limit on the loss of the outputs. */
const usualHalfTolerance = 2e-2;

/** The limit as a multiple of the loss from fp16 storage, if storage already exceeds the tolerance. */
const storageSlack = 1.5;

/**
 * Finds the smallest set of layers that must not compute in fp16, so that the outputs of a net are accurate on phones. The net is run on
 * the given inputs as on a phone, and layers are masked in descending order of their individual loss. If fp16 storage already loses more
 * than `tolerance`, the outputs become as accurate as fp16 storage permits, or nothing is masked. Throws `NcnnError` if a layer cannot be
 * computed.
 */
export function guardHalf(net: Net, feeds: readonly NetFeeds[], tolerance: number = usualHalfTolerance): HalfGuard {
  const trials = feeds.map((feed) => new Trial(net, feed));
  const lossWith = (masks: ReadonlyMap<string, HalfMask>): number => Math.max(0, ...trials.map((trial) => trial.lossWith(masks)));
  const before = lossWith(new Map());
  const layers = layerLosses(net, feeds);
  if (before <= tolerance) return { masks: new Map(), before, after: before, layers };
  const ranking = [...layers].sort((left, right) => (left.loss === right.loss ? 0 : right.loss - left.loss)).map(({ layer }) => layer);
  const masks = findMasks(ranking, lossWith, { before, tolerance });
  const ordered = new Map(net.layers.flatMap(({ name }) => (masks.has(name) ? [[name, masks.get(name) ?? 'arithmetic'] as const] : [])));
  return { masks: ordered, before, after: masks.size === 0 ? before : lossWith(ordered), layers };
}

type LossWith = (masks: ReadonlyMap<string, HalfMask>) => number;
type Masks = ReadonlyMap<string, HalfMask>;

function findMasks(
  ranking: readonly string[],
  lossWith: LossWith,
  { before, tolerance }: { readonly before: number; readonly tolerance: number },
): Masks {
  const arithmetic = (count: number): Masks => new Map(ranking.slice(0, count).map((name) => [name, 'arithmetic']));
  const floor = lossWith(arithmetic(ranking.length));
  if (floor <= tolerance) return fewest(arithmetic, ranking.length, lossWith, tolerance);
  // The storage bit (31=2) cannot be used: ncnn passes the fp16 blob of the previous layer to a masked layer, which reads it as fp32.
  const reachable = storageSlack * floor;
  return before <= reachable || !Number.isFinite(floor) ? new Map() : fewest(arithmetic, ranking.length, lossWith, reachable);
}

/**
 * The smallest set of masks that keeps the loss within the tolerance. `first` returns the masks for the first layers of the ranking;
 * masking all of them is sufficient.
 */
function fewest(first: (count: number) => Masks, all: number, lossWith: LossWith, tolerance: number): Masks {
  let [bad, good] = [0, all];
  // Double the count first, because usually few layers are responsible; then bisect.
  for (let count = 1; count < good; count *= 2) {
    if (lossWith(first(count)) <= tolerance) good = count;
    else bad = count;
  }
  while (good - bad > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (lossWith(first(middle)) <= tolerance) good = middle;
    else bad = middle;
  }
  return withoutNeedless(new Map(first(good)), lossWith, tolerance);
}

/** Limit on the masks that are tried for removal. */
const maxDropped = 24;

function withoutNeedless(masks: Map<string, HalfMask>, lossWith: LossWith, tolerance: number): Masks {
  // Start with the layer of the smallest loss.
  for (const [name, mask] of [...masks].reverse().slice(0, maxDropped)) {
    masks.delete(name);
    if (lossWith(masks) > tolerance) masks.set(name, mask);
  }
  return masks;
}

/** Limit on the bytes of blobs that are cached from the run without masks. */
const maxKeptBytes = 2 ** 29;

/** One set of inputs, on which the net is run with different masks. Results that the masks do not change are computed once. */
class Trial {
  readonly #net: Net;
  readonly #feeds: NetFeeds;
  readonly #expected: ReadonlyMap<string, BlobData>;
  readonly #phone = new PhoneLayers();
  /** Cached from the run without masks, up to the limit. */
  readonly #known = new Map<string, { readonly bottoms: readonly BlobData[]; readonly tops: readonly BlobData[] }>();
  #keptBytes = 0;

  constructor(net: Net, feeds: NetFeeds) {
    this.#net = net;
    this.#feeds = feeds;
    this.#expected = execute(net, feeds);
  }

  /** The loss of the outputs with the given masks. */
  lossWith(masks: Masks): number {
    const run = (layer: Layer, bottoms: readonly BlobData[]): readonly BlobData[] => this.#run(layer, bottoms, masks);
    const actual = execute(withMasks(this.#net, masks), this.#feeds, { run });
    let loss = 0;
    for (const [name, blob] of this.#expected) {
      const found = actual.get(name);
      loss = Math.max(loss, found === undefined ? Number.POSITIVE_INFINITY : lossOf(blob, found));
    }
    return loss;
  }

  #run(layer: Layer, bottoms: readonly BlobData[], masks: Masks): readonly BlobData[] {
    const known = this.#known.get(layer.name);
    if (known !== undefined && !masks.has(layer.name) && bottoms.every((blob, index) => blob === known.bottoms[index])) return known.tops;
    const tops = this.#phone.run(layer, bottoms);
    if (masks.size === 0 && known === undefined) {
      this.#keptBytes += tops.reduce((bytes, { values }) => bytes + values.byteLength, 0);
      if (this.#keptBytes <= maxKeptBytes) this.#known.set(layer.name, { bottoms, tops });
    }
    return tops;
  }
}

/** The loss of each layer in fp16 with the exact values as input, the maximum over all inputs. */
function layerLosses(net: Net, feeds: readonly NetFeeds[]): readonly LayerLoss[] {
  const phone = new PhoneLayers();
  const found = new Map<string, LayerLoss>();
  for (const feed of feeds) {
    execute(net, feed, {
      run: (layer, bottoms) => {
        const tops = executeLayer(layer, bottoms);
        if (recordOf(layer)?.half !== undefined)
          found.set(layer.name, worse(found.get(layer.name), layer, tops, phone.run(layer, bottoms)));
        return tops;
      },
    });
  }
  return [...found.values()];
}

function worse(known: LayerLoss | undefined, layer: Layer, exact: readonly BlobData[], half: readonly BlobData[]): LayerLoss {
  let [loss, largest] = [known?.loss ?? 0, known?.largest ?? 0];
  for (const [index, blob] of exact.entries()) {
    const other = half[index];
    loss = Math.max(loss, other === undefined ? Number.POSITIVE_INFINITY : lossOf(blob, other));
    for (const value of blob.values) largest = Math.max(largest, Math.abs(value));
  }
  return { layer: layer.name, type: layer.type, largest, loss };
}
