import { type LayerMemory, MemoryRun, type NetMemory } from '../../memory.ts';
import { depthFirst } from './executionOrder.ts';

/** Layers that run for one layer, in an order that was tried. */
interface Segment {
  /** Layers in their new order, the first of them at the place `from`. */
  readonly layers: readonly number[];
  readonly from: number;
  /** For each of them, the place of the first layer that runs for it. */
  readonly starts: readonly number[];
  /** Bytes that are taken while each layer runs, and after it. */
  readonly during: readonly number[];
  readonly after: readonly number[];
}

/**
 * Most layers that are moved or looked at while exchanges are tried: all that nets of some thousand layers take. A sum of many branches
 * takes the square of their number, so that the time stays in proportion to larger nets only with a bound.
 */
const maxWork = { base: 2 ** 22, perLayer: 64 };

/**
 * The order in which ncnn runs the layers of a net, and the memory that its blobs take at each place, while bottoms of layers are exchanged.
 * Layers go by their number in the order at the beginning.
 *
 * The layers that run for a layer stand together in front of it. Exchanging its bottoms changes their order, and nothing before or after
 * them: which blobs are alive depends on which layers have run, not on their order. So an exchange is tried on these layers alone.
 */
export class Schedule {
  readonly #memory: NetMemory;
  /** The layers whose tops each layer reads, in the order of its bottoms. */
  readonly #bottoms: (readonly (number | undefined)[])[];
  /** The place of each layer, and of the first one that runs for it. */
  readonly #places: number[];
  readonly #starts: number[];
  /** Bytes that are taken while the layer at each place runs, and after it. */
  readonly #during: number[] = [];
  readonly #after: number[] = [];
  /** The place at which each buffer is read last; infinite for outputs. */
  readonly #lastReads: number[];
  readonly #readsLeft: Float64Array;
  /** While layers are run to try an order: the place of each one's first layer, -1 for those that do not run. */
  readonly #entered: Int32Array;
  #peak = { bytes: 0, first: 0, last: 0 };
  #workLeft: number;

  constructor(memory: NetMemory, bottoms: readonly (readonly (number | undefined)[])[], starts: readonly number[]) {
    this.#memory = memory;
    this.#workLeft = maxWork.base + maxWork.perLayer * memory.layers.length;
    this.#bottoms = [...bottoms];
    this.#places = memory.layers.map((_, layer) => layer);
    this.#starts = [...starts];
    this.#readsLeft = Float64Array.from(memory.reads);
    this.#entered = new Int32Array(memory.layers.length).fill(-1);
    const run = new MemoryRun(memory.sizes, this.#readsLeft);
    for (const layer of memory.layers) {
      this.#during.push(run.run(layer));
      this.#after.push(run.bytes);
    }
    this.#lastReads = memory.sizes.map((_, buffer) => (this.#readsLeft[buffer] === 0 ? 0 : Number.POSITIVE_INFINITY));
    for (const [place, { read }] of memory.layers.entries()) this.#noteReads(read, place, Number.POSITIVE_INFINITY);
    this.#findPeak();
  }

  /** Exchanges the two bottoms of a layer where the net takes less memory then, and not too many exchanges have been tried. */
  tryExchange(layer: number): boolean {
    if (this.#workLeft <= 0) return false;
    const segment = this.#exchanged(layer);
    if (segment === undefined) return false;
    const [left, right] = this.#bottoms[layer] ?? [];
    this.#bottoms[layer] = [right, left];
    const end = this.#placeOf(layer);
    for (const [index, moved] of segment.layers.entries()) {
      const place = segment.from + index;
      this.#places[moved] = place;
      this.#starts[moved] = segment.starts[index] ?? place;
      this.#during[place] = segment.during[index] ?? 0;
      this.#after[place] = segment.after[index] ?? 0;
      this.#noteReads(this.#memoryOf(moved).read, place, end);
    }
    this.#findPeak();
    return true;
  }

  /** What runs for a layer once its bottoms are exchanged; `undefined` where that lowers no peak. */
  #exchanged(layer: number): Segment | undefined {
    const [left, right] = this.#bottoms[layer] ?? [];
    const [start, end] = [this.#startOf(layer), this.#placeOf(layer)];
    // Only what runs for the layer can change, so all peaks must be there.
    if (left === undefined || right === undefined || this.#peak.first < start || this.#peak.last >= end) return undefined;
    // Where one is there before, or is the first that runs either way, the order stays.
    if (this.#placeOf(left) < start || this.#placeOf(right) < start || this.#startOf(right) === start) return undefined;
    const path = this.#pathDown(right, start);
    this.#workLeft -= path.layers.size;
    const from = path.shared === undefined ? start : this.#placeOf(path.shared) + 1;
    const behindLeft = this.#placeOf(left) + 1;
    if (this.#peak.first < from || behindLeft <= from) return undefined;

    const layers: number[] = [];
    const starts: number[] = [];
    this.#run(right, from, layers, starts);
    this.#workLeft -= layers.length;
    const isApart = layers.length === end - behindLeft;
    if (isApart && !this.#canLower(from, behindLeft, end)) return undefined;
    for (const [index, each] of layers.entries()) if (path.layers.has(each)) starts[index] = start;
    this.#run(left, from, layers, starts);
    this.#workLeft -= layers.length;
    const profile = this.#profile(layers, from, end);
    return profile && { layers, from, starts, ...profile };
  }

  /**
   * The layers that are entered one from another, each by its first bottom that has not run before `start`; down to one whose layers begin at
   * `start` already (`shared`): these run first in either order.
   */
  #pathDown(layer: number, start: number): { readonly layers: ReadonlySet<number>; readonly shared: number | undefined } {
    const layers = new Set<number>();
    let current: number | undefined = layer;
    while (current !== undefined && this.#startOf(current) !== start) {
      layers.add(current);
      const place = this.#placeOf(current);
      current = this.#bottoms[current]?.find((bottom) => {
        const at = bottom === undefined ? -1 : this.#placeOf(bottom);
        return at >= start && at < place;
      });
    }
    return { layers, shared: current };
  }

  /**
   * Whether less memory can be taken at the peaks when what runs for the left bottom (from `from`) and for the right one (from `middle`)
   * changes places, where no layer runs for both. The right one then runs without what the left one has left behind, and the left one with
   * what the right one leaves behind; a blob that both read can only be gone later than that or as early.
   */
  #canLower(from: number, middle: number, end: number): boolean {
    const before = this.#after[from - 1] ?? 0;
    const [behindLeft, behindRight] = [this.#after[middle - 1] ?? 0, this.#after[end - 1] ?? 0];
    const left = this.#peak.first >= middle || behindRight < behindLeft;
    const right = this.#peak.last < middle || before < behindLeft;
    return left && right;
  }

  /** Appends the layers that run for one, itself last, of those from a place on that are not there yet. */
  #run(root: number, from: number, layers: number[], starts: number[]): void {
    const entered = this.#entered;
    for (const layer of layers) entered[layer] = 0;
    depthFirst(
      root,
      (layer) => this.#bottoms[layer] ?? [],
      (layer) => {
        if (this.#placeOf(layer) < from || entered[layer] !== -1) return false;
        entered[layer] = from + layers.length;
        return true;
      },
      (layer) => {
        layers.push(layer);
        starts.push(entered[layer] ?? 0);
      },
    );
    for (const layer of layers) entered[layer] = -1;
  }

  /** The memory that layers take which run from one place up to another; `undefined` where that is no less than the peak. */
  #profile(layers: readonly number[], from: number, end: number): Pick<Segment, 'during' | 'after'> | undefined {
    const readsLeft = this.#readsLeft;
    for (const layer of layers) {
      for (const buffer of this.#memoryOf(layer).read) {
        readsLeft[buffer] = (this.#lastReads[buffer] ?? 0) < end ? 0 : Number.POSITIVE_INFINITY;
      }
    }
    for (const layer of layers) for (const buffer of this.#memoryOf(layer).read) readsLeft[buffer] = (readsLeft[buffer] ?? 0) + 1;
    const run = new MemoryRun(this.#memory.sizes, this.#readsLeft, this.#after[from - 1] ?? 0);
    const [during, after]: [number[], number[]] = [[], []];
    for (const layer of layers) {
      const bytes = run.run(this.#memoryOf(layer));
      if (bytes >= this.#peak.bytes) return undefined;
      during.push(bytes);
      after.push(run.bytes);
    }
    return { during, after };
  }

  #findPeak(): void {
    this.#workLeft -= this.#during.length;
    let [bytes, first, last] = [0, 0, 0];
    for (const [place, taken] of this.#during.entries()) {
      if (taken > bytes) [bytes, first] = [taken, place];
      if (taken === bytes) last = place;
    }
    this.#peak = { bytes, first, last };
  }

  /** Notes that buffers are read at a place, which is the last before `end`. */
  #noteReads(buffers: readonly number[], place: number, end: number): void {
    for (const buffer of buffers) if ((this.#lastReads[buffer] ?? 0) < end) this.#lastReads[buffer] = place;
  }

  #placeOf(layer: number): number {
    return this.#places[layer] ?? -1;
  }

  #startOf(layer: number): number {
    return this.#starts[layer] ?? -1;
  }

  #memoryOf(layer: number): LayerMemory {
    return this.#memory.layers[layer] ?? { made: [], read: [], inPlace: false };
  }
}
