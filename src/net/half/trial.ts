import { type BlobData, execute, executeLayer } from '../execute.ts';
import { activationCodes } from '../layers/codes.ts';
import { recordOf } from '../layers/layerTypes.ts';
import { paramReader } from '../layers/params.ts';
import type { Layer, Net } from '../net.ts';
import { largestLossOf, lossOf, selectionLossOf } from './loss.ts';
import { type HalfMasks, withMasks } from './masks.ts';
import { PhoneLayers } from './phoneLayers.ts';

/** The inputs of a net, by blob. */
export type NetFeeds = ReadonlyMap<string, BlobData>;

/** The effect of fp16 on one layer with exact inputs. */
export interface LayerLoss {
  readonly layer: string;
  readonly type: string;
  /** The largest magnitude in its tops. */
  readonly largest: number;
  /** The loss of its tops; infinite if fp16 overflows. */
  readonly loss: number;
}

/** The bytes of blobs that all trials of a net may keep. */
export class Room {
  #bytes = 2 ** 30;

  /** Whether the blobs fit; then they count. */
  take(blobs: readonly BlobData[]): boolean {
    const needed = blobs.reduce((bytes, { values }) => bytes + values.byteLength, 0);
    if (needed > this.#bytes) return false;
    this.#bytes -= needed;
    return true;
  }
}

interface Call {
  readonly bottoms: readonly BlobData[];
  readonly tops: readonly BlobData[];
}

/** One set of inputs, on which a net is run with different masks. Results that the masks do not change are computed once. */
export class Trial {
  /** The loss of the outputs with the masks that the net has. */
  readonly before: number;
  readonly #net: Net;
  readonly #feeds: NetFeeds;
  readonly #room: Room;
  readonly #expected: ReadonlyMap<string, BlobData>;
  readonly #phone = new PhoneLayers();
  /** Calls of the run in fp32, and of the run with the masks that the net has, as far as there is room. */
  readonly #exact = new Map<string, Call>();
  readonly #half = new Map<string, Call>();

  /** Throws `NcnnError` if a layer cannot be computed. */
  constructor(net: Net, feeds: NetFeeds, room: Room) {
    this.#net = net;
    this.#feeds = feeds;
    this.#room = room;
    const run = (layer: Layer, bottoms: readonly BlobData[]): readonly BlobData[] => {
      const tops = executeLayer(layer, bottoms);
      this.#keep(this.#exact, layer, { bottoms, tops });
      return tops;
    };
    this.#expected = execute(net, feeds, { run });
    this.before = this.#lossOf(net, (layer, call) => this.#keep(this.#half, layer, call));
  }

  /** The loss of the outputs with the given masks. */
  lossWith(masks: HalfMasks): number {
    return masks.size === 0 ? this.before : this.#lossOf(withMasks(this.#net, masks));
  }

  /** The loss of each layer that fp16 affects, with the given masks and exact inputs, in the order of the net. */
  lossesWith(masks: HalfMasks): readonly LayerLoss[] {
    const masked = new Map(withMasks(this.#net, masks).layers.map((layer) => [layer.name, layer]));
    const layers: LayerLoss[] = [];
    const run = (layer: Layer, bottoms: readonly BlobData[]): readonly BlobData[] => {
      const known = this.#exact.get(layer.name);
      const tops = isCall(known, bottoms) ? known.tops : executeLayer(layer, bottoms);
      const half = masked.get(layer.name) ?? layer;
      if (recordOf(layer)?.half !== undefined) layers.push(layerLoss(layer, tops, this.#phone.run(half, bottoms)));
      return tops;
    };
    execute(this.#net, this.#feeds, { run });
    return layers;
  }

  #keep(calls: Map<string, Call>, layer: Layer, call: Call): void {
    if (this.#room.take(call.tops)) calls.set(layer.name, call);
  }

  #lossOf(net: Net, onCall: (layer: Layer, call: Call) => void = () => {}): number {
    const originals = new Map(this.#net.layers.map((layer) => [layer.name, layer]));
    const run = (layer: Layer, bottoms: readonly BlobData[]): readonly BlobData[] => {
      const known = originals.get(layer.name) === layer ? this.#half.get(layer.name) : undefined;
      if (isCall(known, bottoms)) return known.tops;
      const tops = this.#phone.run(layer, bottoms);
      onCall(layer, { bottoms, tops });
      return tops;
    };
    return outputLoss(net, this.#feeds, this.#expected, execute(net, this.#feeds, { run }));
  }
}

function isCall(call: Call | undefined, bottoms: readonly BlobData[]): call is Call {
  return call?.bottoms.every((blob, index) => blob === bottoms[index]) === true;
}

/** Maps of probabilities have at least this many elements. */
const smallestMap = 1024;

/** The largest loss of an output. Maps of probabilities, which apps cut at a threshold, may lose half as much of what is selected. */
function outputLoss(net: Net, feeds: NetFeeds, expected: ReadonlyMap<string, BlobData>, actual: ReadonlyMap<string, BlobData>): number {
  let loss = 0;
  for (const [name, blob] of expected) {
    const found = actual.get(name);
    if (found === undefined) return Number.POSITIVE_INFINITY;
    const isMap = isMapOfPicture(blob, feeds) && isSigmoid(net.layers.find(({ tops }) => tops.includes(name)));
    loss = Math.max(loss, isMap ? 2 * selectionLossOf(blob, found) : largestLossOf(blob, found));
  }
  return loss;
}

/** Whether a blob has an element for each pixel of an input, or for each square of pixels. */
function isMapOfPicture({ shape, values }: BlobData, feeds: NetFeeds): boolean {
  const [, height = 0, width = 0] = shape;
  if (shape.length !== 3 || values.length < smallestMap) return false;
  return [...feeds.values()].some((input) => {
    const [, inputHeight = 0, inputWidth = 0] = input.shape;
    const side = inputHeight / height;
    return input.shape.length === 3 && Number.isInteger(side) && inputWidth === side * width;
  });
}

function isSigmoid(layer: Layer | undefined): boolean {
  if (layer === undefined || layer.type === 'Custom') return false;
  const { has, number } = paramReader(layer);
  return layer.type === 'Sigmoid' || (has('activation_type') && number('activation_type') === activationCodes.SIGMOID.code);
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
