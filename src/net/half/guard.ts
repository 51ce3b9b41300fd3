import { type BlobData, execute, executeLayer } from '../execute.ts';
import { recordOf } from '../layers/layerTypes.ts';
import type { Layer, Net } from '../net.ts';
import { lossOf } from './loss.ts';
import { type HalfMask, withMasks } from './masks.ts';
import { PhoneLayers } from './phoneLayers.ts';

/** What is fed to a net, by blob. */
export type NetFeeds = ReadonlyMap<string, BlobData>;

/** What fp16 does to one layer that gets exact values. */
export interface LayerLoss {
  readonly layer: string;
  readonly type: string;
  /** The largest value, in size, of its tops. */
  readonly largest: number;
  /** Of its tops; infinite where fp16 overflows. */
  readonly loss: number;
}

export interface HalfGuard {
  /** The layers to mask, in the order of the net; none where fp16 is good enough. */
  readonly masks: ReadonlyMap<string, HalfMask>;
  /** The loss of the outputs without and with the masks. */
  readonly before: number;
  readonly after: number;
  /** All layers that fp16 has to do with, in the order of the net. */
  readonly layers: readonly LayerLoss[];
}

/** Loss of the outputs that fp16 may have. */
const usualHalfTolerance = 2e-2;

/** By how much the loss may exceed that of fp16 storage alone, where storage alone loses more than is allowed. */
const storageSlack = 1.5;

/**
 * Finds the fewest layers that must not compute in fp16 for the outputs of a net to be right on phones: the net is run as phones run it, on the
 * given inputs, and layers are masked in the order of what they lose by themselves. Where the blobs in fp16 alone lose more than `tolerance`, the
 * outputs get as good as fp16 blobs can be, or nothing is masked. Throws `NcnnError` where a layer cannot be computed.
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
  // The mask for storage (31=2) is none to choose: ncnn hands a layer that has it the fp16 blob of the layer before, which it reads as fp32.
  const reachable = storageSlack * floor;
  return before <= reachable || !Number.isFinite(floor) ? new Map() : fewest(arithmetic, ranking.length, lossWith, reachable);
}

/** The fewest masks that make the outputs right, of those that `first` gives for a number of layers of the ranking; all of them do. */
function fewest(first: (count: number) => Masks, all: number, lossWith: LossWith, tolerance: number): Masks {
  let [bad, good] = [0, all];
  // Doubling, as a few layers are at fault where any are; then halving.
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

/** Masks that are tried to be left out, one after the other. */
const maxDropped = 24;

function withoutNeedless(masks: Map<string, HalfMask>, lossWith: LossWith, tolerance: number): Masks {
  // From the least suspicious on.
  for (const [name, mask] of [...masks].reverse().slice(0, maxDropped)) {
    masks.delete(name);
    if (lossWith(masks) > tolerance) masks.set(name, mask);
  }
  return masks;
}

/** Bytes of blobs of the run without masks that are kept. */
const maxKeptBytes = 2 ** 29;

/** One input, on which the net is run with other masks again and again; what they do not change is computed once. */
class Trial {
  readonly #net: Net;
  readonly #feeds: NetFeeds;
  readonly #expected: ReadonlyMap<string, BlobData>;
  readonly #phone = new PhoneLayers();
  /** Of the run without masks, as many as fit. */
  readonly #known = new Map<string, { readonly bottoms: readonly BlobData[]; readonly tops: readonly BlobData[] }>();
  #keptBytes = 0;

  constructor(net: Net, feeds: NetFeeds) {
    this.#net = net;
    this.#feeds = feeds;
    this.#expected = execute(net, feeds);
  }

  /** The loss of the outputs. */
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

/** What fp16 does to each layer with the values of the exact run, the worst of all inputs. */
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
