import type { Layer, Net } from '../net.ts';

/** What the passes did to the layers of a net. Plain data. */
export interface NetHistory {
  /** By the name of the layer that a pass created or changed. */
  readonly changed: ReadonlyMap<string, LayerHistory>;
  /** Layers that were removed without a replacement, by name, with the pass that removed them. */
  readonly removed: ReadonlyMap<string, string>;
}

export interface LayerHistory {
  /** The original layers by name: one if it was changed, several if they were fused, none if the layer is new. */
  readonly layers: readonly string[];
  /** The passes involved, in order. */
  readonly passes: readonly string[];
}

/** The origin of a layer: the layers it replaces, and the pass. A tree, because lists would be copied at every step of a long chain. */
interface Origin {
  /** The name of an original layer, or the origins of the layers that were replaced. */
  readonly of: string | readonly Origin[];
  readonly pass?: string;
}

/** Records what passes do to layers. Layers are identified by object identity, because a replacement may keep the name. */
export class HistoryRecorder {
  readonly #known = new Map<Layer, Origin>();
  readonly #removed: { readonly origin: Origin; readonly pass: string }[] = [];
  #pass = '';

  /** Sets the pass that runs from now on. */
  begin(pass: string): void {
    this.#pass = pass;
  }

  /** Records that a layer replaces others. */
  fused(layers: readonly Layer[], replacement: Layer): void {
    this.#known.set(replacement, { of: layers.map((layer) => this.#originOf(layer)), pass: this.#pass });
  }

  /** Records that a layer changed only in the names of its blobs. */
  renamed(layer: Layer, replacement: Layer): void {
    const known = this.#known.get(layer);
    if (known !== undefined) this.#known.set(replacement, known);
  }

  removed(layer: Layer): void {
    this.#removed.push({ origin: this.#originOf(layer), pass: this.#pass });
  }

  /** The history of the layers of a net. */
  of({ layers }: Net): NetHistory {
    const changed = new Map<string, LayerHistory>();
    for (const layer of layers) {
      const origin = this.#known.get(layer);
      if (origin !== undefined) changed.set(layer.name, flatten(origin));
    }
    // A layer that one step removed and another added again is not removed.
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

/** Uses an explicit stack, because a chain of fusions can be deeper than the call stack. */
function flatten(origin: Origin): LayerHistory {
  const names = new Set<string>();
  const passes = new Set<string>();
  const stack = [origin];
  for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
    if (entry.pass !== undefined) passes.add(entry.pass);
    if (typeof entry.of === 'string') names.add(entry.of);
    else for (const earlier of entry.of.toReversed()) stack.push(earlier);
  }
  // The tree is walked from the last pass to the first.
  return { layers: [...names], passes: [...passes].reverse() };
}
