import type { BlobData } from '../execute.ts';
import { integerBlobs } from '../integerBlobs.ts';
import { recordOf } from '../layers/layerTypes.ts';
import type { Layer, Net } from '../net.ts';
import { computedWeight, floatsOf, type Weight } from '../weight.ts';
import { Room } from './layerCalls.ts';
import { type HalfMasks, halfModeOf } from './masks.ts';
import { PhoneLayers } from './phoneLayers.ts';
import { byLoss, Search, worstLosses } from './search.ts';
import { type LayerLoss, type NetFeeds, type Simulation, Trial } from './trial.ts';

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
export const usualHalfTolerance = 2e-2;

/**
 * Finds the smallest set of layers that must not compute in fp16, so that the outputs of a net are accurate on phones. The net is run on
 * the given inputs as on a phone, and layers are masked in descending order of their individual loss, or from the start of the net:
 * arithmetic first, and blobs only where that is not enough. Throws `NcnnError` if a layer cannot be computed.
 */
export function guardHalf(net: Net, feeds: readonly NetFeeds[], tolerance: number = usualHalfTolerance): HalfGuard {
  const room = new Room();
  const computed = withComputedWeights(net);
  const simulation: Simulation = {
    run: new PhoneLayers().run,
    affects: (layer) => recordOf(layer)?.half !== undefined,
  };
  const trials = feeds.map((feed) => new Trial(computed, simulation, feed, margin * tolerance, room));
  const layers = worstLosses(trials.map((trial) => trial.lossesWith(new Map())));
  const before = worstOf(trials, new Map());
  if (before <= tolerance) return { masks: new Map(), before, after: before, layers };
  const integers = integerBlobs(net.layers);
  const checks: Trial[] = [];
  function* all(): Iterable<Trial> {
    yield* [...trials].sort((left, right) => right.lossWith(new Map()) - left.lossWith(new Map()) || 0);
    for (const feed of feeds) {
      for (const scale of scales) {
        const check = new Trial(computed, simulation, scaled(feed, scale, integers), margin * tolerance, room);
        checks.push(check);
        yield check;
      }
    }
  }
  const fromStart = net.layers.filter(isComputed).map(({ name }) => name);
  const maskable = new Set(fromStart);
  const ranking = byLoss(layers).filter((name) => maskable.has(name));
  // Errors of the first layers pass through all others, which can make them larger.
  const masks = new Search(computed, [ranking, fromStart], 'arithmetic').run(all());
  return { masks: inOrder(net, masks), before, after: worstOf([...trials, ...checks], masks), layers };
}

/** Whether a layer computes in fp16 unless its mask disables fp16 arithmetic. */
function isComputed(layer: Layer): boolean {
  const half = recordOf(layer)?.half;
  return (half === 'summed' || half === 'computed') && halfModeOf(layer) === 'arithmetic';
}

function inOrder({ layers }: Net, masks: HalfMasks): HalfMasks {
  const order = new Map(layers.map(({ name }, index) => [name, index]));
  return new Map([...masks].sort(([left], [right]) => (order.get(left) ?? 0) - (order.get(right) ?? 0)));
}

/** The largest loss of the outputs in several trials. */
export function worstOf(trials: readonly Trial[], masks: HalfMasks): number {
  return Math.max(0, ...trials.map((trial) => trial.lossWith(masks)));
}

/**
 * The share of the tolerance that the search aims at. Processors add in another order than the simulation, and in nets where small errors grow
 * through many layers, their losses were up to twice those of the simulation.
 */
const margin = 0.5;

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

/** The net with the values of fused weights, which would be computed again in each run. */
export function withComputedWeights(net: Net): Net {
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
