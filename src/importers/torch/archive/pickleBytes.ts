import { type NcnnError, ncnnError } from '../../../diagnostics/diagnostic.ts';

/** Reads the bytes of a pickle in sequence; diagnostics name the byte of the last opcode. */
export class PickleBytes {
  /** The offset of the next byte. */
  offset: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #file: string;
  #opcodeAt = 0;

  constructor(bytes: Uint8Array, start: number, file: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.offset = start;
    this.#file = file;
  }

  opcode(): number {
    this.#opcodeAt = this.offset;
    return this.byte();
  }

  byte(): number {
    return this.#view.getUint8(this.#take(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  /** The only big-endian number of the format. */
  float64(): number {
    return this.#view.getFloat64(this.#take(8), false);
  }

  /** A little-endian integer of any length, in two's complement. */
  long(length: number): bigint {
    const at = this.#take(length);
    let value = 0n;
    for (let index = length - 1; index >= 0; index--) value = (value << 8n) | BigInt(this.#view.getUint8(at + index));
    return length === 0 ? 0n : BigInt.asIntN(8 * length, value);
  }

  text(length: number): string {
    const at = this.#take(length);
    return new TextDecoder().decode(this.#bytes.subarray(at, at + length));
  }

  /** The text up to the next line break. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.offset);
    if (end === -1) throw this.#truncated();
    const line = this.text(end - this.offset);
    this.offset = end + 1;
    return line;
  }

  place(): { readonly file: string; readonly offset: number } {
    return { file: this.#file, offset: this.#opcodeAt };
  }

  malformed(message: string): NcnnError {
    return ncnnError('file-malformed', `the pickle is damaged near byte ${this.#opcodeAt}: ${message}`, saveHint, this.place());
  }

  #truncated(): NcnnError {
    return ncnnError('file-truncated', `the pickle ends too early, near byte ${this.#opcodeAt}`, saveHint, this.place());
  }

  #take(length: number): number {
    const at = this.offset;
    if (at + length > this.#bytes.length) throw this.#truncated();
    this.offset = at + length;
    return at;
  }
}

const saveHint = 'Download the file again, or save it again with torch.';
