import { type BlobData, execute, executeLayer } from '../execute.ts';
import type { Layer, Net } from '../net.ts';
import { LayerCalls, type Room } from './layerCalls.ts';
import { lossOf } from './loss.ts';
import { type HalfMasks, withMasks } from './masks.ts';
import { outputLoss } from './outputLoss.ts';

/** The inputs of a net, by blob. */
export type NetFeeds = ReadonlyMap<string, BlobData>;

/** How a net is computed with fp16 in it. */
export interface Simulation {
  /** Computes the tops of one layer with its mask. */
  readonly run: (layer: Layer, bottoms: readonly BlobData[]) => readonly BlobData[];
  /** Whether fp16 can change the results of a layer without a mask. */
  readonly affects: (layer: Layer) => boolean;
}

/** The effect of fp16 on one layer with exact inputs. */
export interface LayerLoss {
  readonly layer: string;
  readonly type: string;
  /** The largest magnitude in its tops. */
  readonly largest: number;
  /** The loss of its tops; infinite if fp16 overflows. */
  readonly loss: number;
}

/** One set of inputs, on which a net is run with different masks. Layers are computed again only if their mask or their inputs change. */
export class Trial {
  /** The largest loss of the outputs that is good enough. */
  readonly limit: number;
  readonly #net: Net;
  readonly #feeds: NetFeeds;
  readonly #calls: LayerCalls;
  readonly #simulation: Simulation;
  readonly #losses = new Map<string, number>();
  #expected: ReadonlyMap<string, BlobData> | undefined;

  constructor(net: Net, simulation: Simulation, feeds: NetFeeds, limit: number, room: Room) {
    this.#net = net;
    this.#simulation = simulation;
    this.#feeds = feeds;
    this.limit = limit;
    this.#calls = new LayerCalls(room);
  }

  /** The loss of the outputs with the given masks. Throws `NcnnError` if a layer cannot be computed. */
  lossWith(masks: HalfMasks): number {
    const key = JSON.stringify([...masks].sort());
    const known = this.#losses.get(key);
    if (known !== undefined) return known;
    this.#expected ??= execute(this.#net, this.#feeds);
    const run = (layer: Layer, bottoms: readonly BlobData[]): readonly BlobData[] =>
      this.#calls.topsOf(layer, masks.get(layer.name), bottoms, () => this.#simulation.run(layer, bottoms));
    const actual = execute(withMasks(this.#net, masks), this.#feeds, { run });
    const loss = outputLoss(this.#net, this.#feeds, this.#expected, actual);
    this.#losses.set(key, loss);
    return loss;
  }

  /** Whether the outputs are good enough with the given masks. */
  isEnough(masks: HalfMasks): boolean {
    return this.lossWith(masks) <= this.limit;
  }

  /** The loss of each layer that fp16 affects, with the given masks and exact inputs, in the order of the net. Throws like {@link lossWith}. */
  lossesWith(masks: HalfMasks): readonly LayerLoss[] {
    const masked = new Map(withMasks(this.#net, masks).layers.map((layer) => [layer.name, layer]));
    const layers: LayerLoss[] = [];
    const run = (layer: Layer, bottoms: readonly BlobData[]): readonly BlobData[] => {
      const tops = executeLayer(layer, bottoms);
      const half = masked.get(layer.name) ?? layer;
      if (this.#simulation.affects(layer)) layers.push(layerLoss(layer, tops, this.#simulation.run(half, bottoms)));
      return tops;
    };
    this.#expected = execute(this.#net, this.#feeds, { run });
    return layers;
  }
}

function layerLoss(layer: Layer, exact: readonly BlobData[], half: readonly BlobData[]): LayerLoss {
  let [loss, largest] = [0, 0];
  for (const [index, blob] of exact.entries()) {
    const other = half[index];
    loss = Math.max(loss, other === undefined ? Number.POSITIVE_INFINITY : lossOf(blob, other));
    for (const value of blob.values) largest = Math.max(largest, Math.abs(value));
  }
  return { layer: layer.name, type: layer.type, largest, loss };
}
