import type { Layer, Net } from '../net.ts';

/** What became of the layers of a net while it was optimized. Plain data. */
export interface NetHistory {
  /** By the name of a layer that a pass made or changed. */
  readonly changed: ReadonlyMap<string, LayerHistory>;
  /** Layers that were taken out without another in their place, by name, with the pass that did it. */
  readonly removed: ReadonlyMap<string, string>;
}

export interface LayerHistory {
  /** The layers before, by name: one that was changed, several that were fused, none for one that is new. */
  readonly layers: readonly string[];
  /** The passes that had to do with it, in order. */
  readonly passes: readonly string[];
}

/** What stands behind a layer: others and a pass. A tree, for lists would be copied again at every step of a long chain. */
interface Origin {
  /** A layer of the net before, by name, or what stood behind the layers in whose place it is. */
  readonly of: string | readonly Origin[];
  readonly pass?: string;
}

/** Notes down what passes do with layers. A layer is told by its identity, for its name may stay when it is replaced. */
export class HistoryRecorder {
  readonly #known = new Map<Layer, Origin>();
  readonly #removed: { readonly origin: Origin; readonly pass: string }[] = [];
  #pass = '';

  /** Says which pass runs from now on. */
  begin(pass: string): void {
    this.#pass = pass;
  }

  /** A layer stands for others from now on. */
  fused(layers: readonly Layer[], replacement: Layer): void {
    this.#known.set(replacement, { of: layers.map((layer) => this.#originOf(layer)), pass: this.#pass });
  }

  /** A layer is the same as before but for the names of its blobs. */
  renamed(layer: Layer, replacement: Layer): void {
    const known = this.#known.get(layer);
    if (known !== undefined) this.#known.set(replacement, known);
  }

  removed(layer: Layer): void {
    this.#removed.push({ origin: this.#originOf(layer), pass: this.#pass });
  }

  /** What is known of a net's layers. */
  of({ layers }: Net): NetHistory {
    const changed = new Map<string, LayerHistory>();
    for (const layer of layers) {
      const origin = this.#known.get(layer);
      if (origin !== undefined) changed.set(layer.name, flatten(origin));
    }
    // Taken out in one step and put back in another, a layer is not gone.
    const there = new Set([...[...changed.values()].flatMap((entry) => entry.layers), ...layers.map(({ name }) => name)]);
    const removed = new Map<string, string>();
    for (const { origin, pass } of this.#removed) {
      for (const name of flatten(origin).layers) if (!there.has(name)) removed.set(name, pass);
    }
    return { changed, removed };
  }

  #originOf(layer: Layer): Origin {
    return this.#known.get(layer) ?? { of: layer.name };
  }
}

/** With a stack of its own, for a chain of fusions can be deeper than the call stack. */
function flatten(origin: Origin): LayerHistory {
  const names = new Set<string>();
  const passes = new Set<string>();
  const stack = [origin];
  for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
    if (entry.pass !== undefined) passes.add(entry.pass);
    if (typeof entry.of === 'string') names.add(entry.of);
    else for (const earlier of entry.of.toReversed()) stack.push(earlier);
  }
  // The last pass is met first.
  return { layers: [...names], passes: [...passes].reverse() };
}
