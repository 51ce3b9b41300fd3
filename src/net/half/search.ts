import { recordOf } from '../layers/layerTypes.ts';
import type { Net } from '../net.ts';
import { fewestOf, firstEnough, joined, withoutNeedless } from './fewest.ts';
import type { HalfMask, HalfMasks } from './masks.ts';
import type { LayerLoss, Trial } from './trial.ts';

/** More masks are those of a net with small errors in many layers, where leaving out single ones saves little and takes long. */
const fewMasks = 8;

/** What the search asks of a trial. */
export type SearchedTrial = Pick<Trial, 'isEnough' | 'lossesWith'>;

/** Searches on the inputs that need masks. Each input that needs more than are already found adds to them. */
export class Search {
  readonly #net: Net;
  readonly #rankings: readonly (readonly string[])[];
  readonly #mask: HalfMask;
  /** The inputs to search on, those that failed last first. */
  readonly #hard: SearchedTrial[] = [];
  #masks: HalfMasks = new Map();

  /** Adds the mask to layers in the order of one of several rankings of the same layers, whichever needs fewer. */
  constructor(net: Net, rankings: readonly (readonly string[])[], mask: HalfMask) {
    this.#net = net;
    this.#rankings = rankings;
    this.#mask = mask;
  }

  /** The masks that are enough for all trials, if there are any. */
  run(trials: Iterable<SearchedTrial>): HalfMasks {
    const passed: SearchedTrial[] = [];
    for (const trial of trials) {
      passed.push(trial);
      for (let failing = failingOf([trial], this.#masks); failing !== undefined; failing = failingOf(passed, this.#masks)) {
        // Not even all masks are enough for it.
        if (this.#hard.includes(failing)) return this.#masks;
        this.#hard.unshift(failing);
        this.#masks = this.#extended(this.#masks);
      }
    }
    if (this.#hard.length < 2 || this.#masks.size > fewMasks) return this.#masks;
    return withoutNeedless(this.#masks, (masks) => this.#isEnough(masks) && failingOf(passed, masks) === undefined);
  }

  /** Whether the masks are enough for the inputs that the search considers. The first failing input is tried first next time. */
  readonly #isEnough = (masks: HalfMasks): boolean => {
    const failing = this.#hard.findIndex((trial) => !trial.isEnough(masks));
    const [trial] = failing > 0 ? this.#hard.splice(failing, 1) : [];
    if (trial !== undefined) this.#hard.unshift(trial);
    return failing < 0;
  };

  /** The masks, and the fewest more that make them enough for the inputs that the search considers. */
  #extended(masks: HalfMasks): HalfMasks {
    if (this.#isEnough(masks)) return masks;
    const added = this.#firstEnough(masks);
    const all = joined(masks, added);
    if (!this.#isEnough(all)) {
      const wide = this.#wide(all);
      return this.#isEnough(joined(all, wide)) ? this.#extended(joined(masks, wide)) : joined(all, wide);
    }
    const found = joined(masks, fewestOf(masks, added, this.#isEnough));
    // Errors cancel by chance, so that more masks than are enough may not be: then parts are left out one after the other.
    return this.#isEnough(found) ? found : withoutNeedless(all, this.#isEnough);
  }

  /** The first 1, 2, 4 … layers of a ranking that are enough in addition to the masks; all layers if they are not enough. */
  #firstEnough(masks: HalfMasks): HalfMasks {
    const [ranking = [], ...others] = this.#rankings.map((each) => each.filter((name) => !masks.has(name)));
    const first = (count: number): readonly HalfMasks[] => [ranking, ...others].map((each) => maskAll(each.slice(0, count), this.#mask));
    const isEnough = (added: HalfMasks): boolean => this.#isEnough(joined(masks, added));
    const count = firstEnough(ranking.length, (each) => first(each).some(isEnough));
    return first(count).find(isEnough) ?? maskAll(ranking, this.#mask);
  }

  /** The blobs to keep in fp32, where fp32 arithmetic in all layers is not enough. */
  #wide(arithmetic: HalfMasks): HalfMasks {
    const ranking = byLoss(worstLosses(this.#hard.map((trial) => trial.lossesWith(arithmetic))));
    const first = (count: number): HalfMasks => maskAll(this.#withSources(ranking.slice(0, count)), 'storage');
    const count = firstEnough(ranking.length, (each) => this.#isEnough(joined(arithmetic, first(each))));
    return fewestOf(arithmetic, first(count), this.#isEnough);
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

function failingOf(trials: readonly SearchedTrial[], masks: HalfMasks): SearchedTrial | undefined {
  return trials.find((trial) => !trial.isEnough(masks));
}

function maskAll(names: readonly string[], mask: HalfMask): HalfMasks {
  return new Map(names.map((name) => [name, mask]));
}

/** The names of the layers, those with the largest loss first. */
export function byLoss(layers: readonly LayerLoss[]): readonly string[] {
  return [...layers].sort((left, right) => (left.loss === right.loss ? 0 : right.loss - left.loss)).map(({ layer }) => layer);
}

/** For each layer the largest values of several runs. */
export function worstLosses(runs: readonly (readonly LayerLoss[])[]): readonly LayerLoss[] {
  const worst = new Map<string, LayerLoss>();
  for (const found of runs.flat()) {
    const known = worst.get(found.layer) ?? found;
    worst.set(found.layer, { ...found, loss: Math.max(known.loss, found.loss), largest: Math.max(known.largest, found.largest) });
  }
  return [...worst.values()];
}
