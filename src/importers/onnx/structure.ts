import type { ByteSource } from '../../bytes/byteSource.ts';
import { bytesType, fixed32Type, fixed64Type, varintType } from '../../bytes/protobuf/wire.ts';

/** The path of fields to the weights: `ModelProto.graph`, `GraphProto.initializer`, `TensorProto.raw_data`. */
const path: readonly number[] = [7, 5, 9];
/** Smaller weights are read together with the data around them. */
const minWeight = 1 << 18;
const windowLength = 1 << 16;

/**
 * A buffer of the size of the model file that holds everything except large weights, which are left zero. The operating system allocates
 * the pages of a buffer only when they are written, so memory use is limited to the bytes read.
 */
export function readStructure(file: ByteSource): Uint8Array {
  const weights = weightsIn(file);
  if (weights.length === 0) return file.part(0, file.size);
  const bytes = new Uint8Array(file.size);
  let position = 0;
  for (const { start, end } of weights) {
    bytes.set(file.part(position, start - position), position);
    position = end;
  }
  bytes.set(file.part(position, file.size - position), position);
  return bytes;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * The positions of large weights. The search stops where the file is malformed; the rest is read in full so that the decoder can report the
 * error.
 */
function weightsIn(file: ByteSource): readonly Span[] {
  const found: Span[] = [];
  const walker = new Walker(file);
  const walk = (end: number, depth: number): boolean => {
    while (walker.position < end) {
      const tag = walker.varint();
      if (tag === undefined) return false;
      if ((tag & 7) !== bytesType) {
        if (!walker.skip(tag & 7)) return false;
        continue;
      }
      const length = walker.varint();
      if (length === undefined || walker.position + length > end) return false;
      const inside = { start: walker.position, end: walker.position + length };
      const isOnPath = tag >>> 3 === path[depth];
      if (isOnPath && depth < path.length - 1) {
        if (!walk(inside.end, depth + 1)) return false;
      } else if (isOnPath && length >= minWeight) found.push(inside);
      walker.position = inside.end;
    }
    return walker.position === end;
  };
  walk(file.size, 0);
  return found;
}

/** Reads a file sequentially through a window. */
class Walker {
  position = 0;
  readonly #file: ByteSource;
  #window: Uint8Array = new Uint8Array();
  #start = 0;

  constructor(file: ByteSource) {
    this.#file = file;
  }

  /** A varint of at most 32 bits; `undefined` if it is larger, or at the end of the file. */
  varint(): number | undefined {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#byte();
      if (byte === undefined) return undefined;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value < 2 ** 32 ? value : undefined;
    }
    return undefined;
  }

  /** Skips a value; `false` if its wire type is unknown or the file ends in it. */
  skip(wireType: number): boolean {
    if (wireType === fixed64Type || wireType === fixed32Type) {
      this.position += wireType === fixed64Type ? 8 : 4;
      return this.position <= this.#file.size;
    }
    if (wireType !== varintType) return false;
    for (let count = 0; count < 10; count++) {
      const byte = this.#byte();
      if (byte === undefined) return false;
      if (byte < 128) return true;
    }
    return false;
  }

  #byte(): number | undefined {
    const { size } = this.#file;
    if (this.position >= size) return undefined;
    if (this.position < this.#start || this.position >= this.#start + this.#window.length) {
      this.#start = this.position;
      this.#window = this.#file.part(this.position, Math.min(windowLength, size - this.position));
    }
    return this.#window[this.position++ - this.#start];
  }
}
