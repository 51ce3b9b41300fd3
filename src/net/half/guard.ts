import type { BlobData } from '../execute.ts';
import { integerBlobs } from '../integerBlobs.ts';
import { recordOf } from '../layers/layerTypes.ts';
import type { Layer, Net } from '../net.ts';
import { computedWeight, floatsOf, type Weight } from '../weight.ts';
import { fewest, withoutNeedless } from './fewest.ts';
import { type HalfMask, type HalfMasks, halfModeOf } from './masks.ts';
import { type LayerLoss, type NetFeeds, Room, Trial } from './trial.ts';

export type { LayerLoss, NetFeeds } from './trial.ts';

export interface HalfGuard {
  /** The layers to mask, in the order of the net; empty if fp16 is accurate enough. */
  readonly masks: HalfMasks;
  /** The loss of the outputs without and with the masks. */
  readonly before: number;
  readonly after: number;
  /** All layers that fp16 affects, in the order of the net. */
  readonly layers: readonly LayerLoss[];
}

/** The default limit on the loss of the outputs. */
const usualHalfTolerance = 2e-2;

/**
 * Finds the smallest set of layers that must not compute in fp16, so that the outputs of a net are accurate on phones. The net is run on
 * the given inputs as on a phone, and layers are masked in descending order of their individual loss: sums first, and blobs only where that
 * is not enough. Throws `NcnnError` if a layer cannot be computed.
 */
export function guardHalf(net: Net, feeds: readonly NetFeeds[], tolerance: number = usualHalfTolerance): HalfGuard {
  const room = new Room();
  const computed = withComputedWeights(net);
  const trials = feeds.map((feed) => new Trial(computed, feed, room));
  const before = Math.max(0, ...trials.map((trial) => trial.before));
  const layers = worstLosses(trials.map((trial) => trial.lossesWith(new Map())));
  if (before <= tolerance) return { masks: new Map(), before, after: before, layers };
  const checks = feeds.flatMap((feed) => scales.map((scale) => new Trial(computed, scaled(feed, scale, integerBlobs(net.layers)), room)));
  const { masks, after } = new Search(computed, [...trials, ...checks], tolerance).run(layers);
  const ordered = net.layers.flatMap(({ name }) => {
    const mask = masks.get(name);
    return mask === undefined ? [] : [[name, mask] as const];
  });
  return { masks: new Map(ordered), before, after, layers };
}

/**
 * Masks must be enough for the inputs multiplied by these factors, too. Nearly all values are rounded differently then, as they are on
 * processors that add in another order. Without this, the search would choose masks with which the errors of the other layers cancel by
 * chance.
 */
const scales: readonly number[] = [1 - 2 ** -7, 1 + 2 ** -7];

function scaled(feeds: NetFeeds, scale: number, integers: ReadonlySet<string>): NetFeeds {
  const multiplied = ({ shape, values }: BlobData): BlobData => ({ shape, values: values.map((value) => scale * value) });
  return new Map([...feeds].map(([name, blob]) => [name, integers.has(name) ? blob : multiplied(blob)]));
}

/** The share of the tolerance that the search aims at, because processors add in another order than the simulation. */
const margin = 0.75;

/** Searches on the inputs with the largest loss, and adds others for which the result is not good enough. */
class Search {
  readonly #net: Net;
  readonly #trials: readonly Trial[];
  readonly #tolerance: number;
  readonly #hard: Trial[] = [];

  constructor(net: Net, trials: readonly Trial[], tolerance: number) {
    this.#net = net;
    this.#tolerance = tolerance;
    this.#trials = [...trials].sort((left, right) => (left.before === right.before ? 0 : right.before - left.before));
  }

  run(layers: readonly LayerLoss[]): { readonly masks: HalfMasks; readonly after: number } {
    const summed = new Set(this.#net.layers.filter(isComputed).map(({ name }) => name));
    const sums = byLoss(layers).filter((name) => summed.has(name));
    for (let [next] = this.#trials; ; ) {
      if (next !== undefined) this.#hard.push(next);
      const masks = this.#search(sums);
      const losses = this.#trials.map((trial) => trial.lossWith(masks));
      const after = Math.max(...losses);
      next = this.#trials[losses.indexOf(after)];
      if (after <= margin * this.#tolerance || next === undefined || this.#hard.includes(next)) return { masks, after };
    }
  }

  /** Whether the masks are enough for the inputs that the search considers. The first failing input is tried first next time. */
  readonly #isEnough = (masks: HalfMasks): boolean => {
    const failing = this.#hard.findIndex((trial) => !(trial.lossWith(masks) <= margin * this.#tolerance));
    const [trial] = failing > 0 ? this.#hard.splice(failing, 1) : [];
    if (trial !== undefined) this.#hard.unshift(trial);
    return failing < 0;
  };

  #search(sums: readonly string[]): HalfMasks {
    const first = (count: number): HalfMasks => maskAll(sums.slice(0, count), 'arithmetic');
    const all = first(sums.length);
    if (this.#isEnough(all)) return withoutNeedless(first(fewest(sums.length, (count) => this.#isEnough(first(count)))), this.#isEnough);
    const wide = this.#searchStorage(all);
    const others = sums.filter((name) => !wide.has(name));
    const both = (count: number): HalfMasks => new Map([...maskAll(others.slice(0, count), 'arithmetic'), ...wide]);
    return withoutNeedless(both(fewest(others.length, (count) => this.#isEnough(both(count)))), this.#isEnough);
  }

  /** The blobs to keep in fp32 if all sums are fp32. */
  #searchStorage(sums: HalfMasks): HalfMasks {
    const ranking = byLoss(worstLosses(this.#hard.map((trial) => trial.lossesWith(sums))));
    const first = (count: number): HalfMasks => new Map([...sums, ...maskAll(this.#withSources(ranking.slice(0, count)), 'storage')]);
    const count = fewest(ranking.length, (each) => this.#isEnough(first(each)));
    const wide = maskAll(this.#withSources(ranking.slice(0, count)), 'storage');
    return withoutNeedless(wide, (masks) => this.#isEnough(new Map([...sums, ...masks])));
  }

  /** The layers, and those that produce the blobs they read. */
  #withSources(names: readonly string[]): readonly string[] {
    const chosen = new Set(names);
    const read = new Set(this.#net.layers.filter(({ name }) => chosen.has(name)).flatMap(({ bottoms }) => bottoms));
    return this.#net.layers
      .filter((layer) => recordOf(layer)?.half !== undefined && (chosen.has(layer.name) || layer.tops.some((top) => read.has(top))))
      .map(({ name }) => name);
  }
}

/** Whether a layer computes in fp16 unless its mask disables fp16 arithmetic. */
function isComputed(layer: Layer): boolean {
  const half = recordOf(layer)?.half;
  return (half === 'summed' || half === 'computed') && halfModeOf(layer) === 'sums';
}

function maskAll(names: readonly string[], mask: HalfMask): HalfMasks {
  return new Map(names.map((name) => [name, mask]));
}

/** The names of the layers, those with the largest loss first. */
function byLoss(layers: readonly LayerLoss[]): readonly string[] {
  return [...layers].sort((left, right) => (left.loss === right.loss ? 0 : right.loss - left.loss)).map(({ layer }) => layer);
}

/** For each layer the largest values of several runs. */
function worstLosses(runs: readonly (readonly LayerLoss[])[]): readonly LayerLoss[] {
  const worst = new Map<string, LayerLoss>();
  for (const found of runs.flat()) {
    const known = worst.get(found.layer) ?? found;
    worst.set(found.layer, { ...found, loss: Math.max(known.loss, found.loss), largest: Math.max(known.largest, found.largest) });
  }
  return [...worst.values()];
}

/** The net with the values of fused weights, which would be computed again in each run. */
function withComputedWeights(net: Net): Net {
  const computed = (weight: Weight): Weight => {
    if (weight.doubles === undefined) return weight;
    const values = floatsOf(weight);
    return computedWeight(values.length, () => values);
  };
  const layers = net.layers.map((layer) =>
    layer.weights.some(({ doubles }) => doubles !== undefined) ? { ...layer, weights: layer.weights.map(computed) } : layer,
  );
  return { ...net, layers };
}
