import { type LayerMemory, MemoryRun, type NetMemory } from '../../memory.ts';
import { depthFirst } from './executionOrder.ts';

/** The layers that run for one layer, in a candidate order. */
interface Segment {
  /** The layers in their new order; the first one runs at position `from`. */
  readonly layers: readonly number[];
  readonly from: number;
  /** For each of these layers, the position of the first layer that runs for it. */
  readonly starts: readonly number[];
  /** Bytes allocated while each layer runs, and after it. */
  readonly during: readonly number[];
  readonly after: readonly number[];
}

/**
 * Limit on the layers that are moved or visited while exchanges are tried: enough for nets of a few thousand layers. A sum of many branches
 * takes quadratic time, so larger nets need the limit to stay linear.
 */
const maxWork = { base: 2 ** 22, perLayer: 64 };

/**
 * The execution order of a net and the memory of its blobs at each position, while bottoms of layers are exchanged. Layers are identified
 * by their number in the original order.
 *
 * The layers that run for a layer are contiguous and directly before it. Exchanging its bottoms changes their order and nothing before or
 * after them: which blobs are alive depends on which layers have run, not on their order. So a candidate exchange only needs to examine
 * these layers.
 */
export class Schedule {
  readonly #memory: NetMemory;
  /** The layers that produce the bottoms of each layer, in the order of the bottoms. */
  readonly #bottoms: (readonly (number | undefined)[])[];
  /** The position of each layer, and of the first layer that runs for it. */
  readonly #places: number[];
  readonly #starts: number[];
  /** Bytes allocated while the layer at each position runs, and after it. */
  readonly #during: number[] = [];
  readonly #after: number[] = [];
  /** The position of the last read of each buffer; infinite for outputs. */
  readonly #lastReads: number[];
  readonly #readsLeft: Float64Array;
  /** While a candidate order is run: the position of the first layer that runs for each layer, -1 for layers outside the candidate. */
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

  /** Exchanges the two bottoms of a layer if that lowers the peak memory and the work limit is not reached. */
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

  /** The layers that run for a layer after exchanging its bottoms; `undefined` if that does not lower the peak. */
  #exchanged(layer: number): Segment | undefined {
    const [left, right] = this.#bottoms[layer] ?? [];
    const [start, end] = [this.#startOf(layer), this.#placeOf(layer)];
    // Only the layers that run for this layer can move, so all peaks must be among them.
    if (left === undefined || right === undefined || this.#peak.first < start || this.#peak.last >= end) return undefined;
    // The order stays the same if a bottom was produced earlier, or if the right one already runs first.
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
   * The layers on the path from `layer` down, each followed by its first bottom that does not run before `start`. The path ends at a layer
   * whose own layers already begin at `start` (`shared`): these run first in either order.
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
   * Whether exchanging the layers of the left bottom (from position `from`) and of the right bottom (from `middle`) can lower the peaks, if
   * no layer runs for both. The right layers then run without the result of the left ones, and the left layers with the result of the right
   * ones; a blob that both read is released at the same time or later.
   */
  #canLower(from: number, middle: number, end: number): boolean {
    const before = this.#after[from - 1] ?? 0;
    const [behindLeft, behindRight] = [this.#after[middle - 1] ?? 0, this.#after[end - 1] ?? 0];
    const left = this.#peak.first >= middle || behindRight < behindLeft;
    const right = this.#peak.last < middle || before < behindLeft;
    return left && right;
  }

  /** Appends the layers from position `from` on that run for `root` and are not in the list yet; `root` is the last. */
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

  /** The memory of layers that run from one position up to another; `undefined` if it is not below the peak. */
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

  /** Records that buffers are read at a position, which is the last read before `end`. */
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
    return this.#memory.layers[layer] ?? { allocated: [], read: [], inPlace: false };
  }
}
