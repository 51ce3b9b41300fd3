import type { BlobData } from '../execute.ts';
import type { Layer } from '../net.ts';
import type { HalfMask } from './masks.ts';

/** The bytes of blobs that all trials of a net may keep. */
export class Room {
  #bytes: number;

  constructor(bytes: number = 2 ** 30) {
    this.#bytes = bytes;
  }

  /** Whether the blobs fit; then they count until they are released. */
  take(blobs: readonly BlobData[]): boolean {
    const needed = bytesOf(blobs);
    if (needed > this.#bytes) return false;
    this.#bytes -= needed;
    return true;
  }

  release(blobs: readonly BlobData[]): void {
    this.#bytes += bytesOf(blobs);
  }
}

function bytesOf(blobs: readonly BlobData[]): number {
  return blobs.reduce((bytes, { values }) => bytes + values.byteLength, 0);
}

interface Call {
  readonly mask: HalfMask | undefined;
  readonly bottoms: readonly BlobData[];
  readonly tops: readonly BlobData[];
}

/** Results per layer: of the run without masks, of the best masks so far, and of the masks tried last. */
const maxCalls = 3;

/** The latest results of each layer for one set of inputs, as far as there is room. */
export class LayerCalls {
  readonly #room: Room;
  /** By layer, the latest used last. */
  readonly #calls = new Map<string, Call[]>();

  constructor(room: Room) {
    this.#room = room;
  }

  /** The tops that the layer had with the same mask and the very same bottoms, or those computed now. */
  topsOf(layer: Layer, mask: HalfMask | undefined, bottoms: readonly BlobData[], compute: () => readonly BlobData[]): readonly BlobData[] {
    const calls = this.#calls.get(layer.name) ?? [];
    this.#calls.set(layer.name, calls);
    const index = calls.findIndex((call) => call.mask === mask && bottoms.every((blob, each) => blob === call.bottoms[each]));
    const [known] = index < 0 ? [] : calls.splice(index, 1);
    if (known !== undefined) {
      calls.push(known);
      return known.tops;
    }
    const tops = compute();
    if (calls.length === maxCalls) this.#dropOldest(calls);
    let fits = this.#room.take(tops);
    while (!fits && this.#dropOldest(calls)) fits = this.#room.take(tops);
    if (fits) calls.push({ mask, bottoms, tops });
    return tops;
  }

  #dropOldest(calls: Call[]): boolean {
    const oldest = calls.shift();
    if (oldest !== undefined) this.#room.release(oldest.tops);
    return oldest !== undefined;
  }
}
