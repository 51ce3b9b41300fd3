import { executeLayer } from '../execute.ts';
import type { Layer, Net } from '../net.ts';
import { withRoundedWeights } from '../precision.ts';
import { usualHalfTolerance, withComputedWeights, worstOf } from './guard.ts';
import { Room } from './layerCalls.ts';
import { halfModeOf } from './masks.ts';
import { byLoss, Search, worstLosses } from './search.ts';
import { type LayerLoss, type NetFeeds, type Simulation, Trial } from './trial.ts';

export interface WeightGuard {
  /** The layers whose weights stay in fp32, in the order of the net. */
  readonly layers: readonly LayerLoss[];
  /** The loss of the outputs if all weights are stored as fp16, and if these layers are left out. */
  readonly before: number;
  readonly after: number;
}

/**
 * Finds the fewest layers whose weights must stay in fp32, so that the outputs of a net are accurate although the other weights are stored
 * as fp16. The net is run on the given inputs in fp32, as on PCs and in WebAssembly; layers are left out in descending order of the loss of
 * their results. Throws `NcnnError` if a layer cannot be computed.
 */
export function guardWeights(net: Net, feeds: readonly NetFeeds[], tolerance: number = usualHalfTolerance): WeightGuard {
  const computed = withComputedWeights(net);
  const room = new Room();
  const simulation = roundedWeights(computed);
  const trials = feeds.map((feed) => new Trial(computed, simulation, feed, tolerance, room));
  const before = worstOf(trials, new Map());
  if (before <= tolerance) return { layers: [], before, after: before };
  const losses = worstLosses(trials.map((trial) => trial.lossesWith(new Map())));
  const kept = new Search(computed, [byLoss(losses)], 'storage').run(trials);
  return { layers: losses.filter(({ layer }) => kept.has(layer)), before, after: worstOf(trials, kept) };
}

/** Sums in fp32 with weights that are rounded to fp16, except for layers whose mask keeps them in fp32. */
function roundedWeights(net: Net): Simulation {
  const rounded = new Map<string, Layer>();
  for (const layer of net.layers) {
    const found = halfModeOf(layer) === 'none' ? undefined : withRoundedWeights(layer);
    if (found !== undefined) rounded.set(layer.name, found);
  }
  return {
    run: (layer, bottoms) => executeLayer(halfModeOf(layer) === 'none' ? layer : (rounded.get(layer.name) ?? layer), bottoms),
    affects: ({ name }) => rounded.has(name),
  };
}
