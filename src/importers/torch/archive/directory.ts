import { type NcnnError, ncnnError, type Place } from '../../../diagnostics/diagnostic.ts';

/** An entry in the central directory. */
interface DirectoryEntry {
  readonly name: string;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly packedSize: number;
  readonly size: number;
  /** Offset of the local header in the archive. */
  readonly start: number;
  /** Offset of the record in the directory. */
  readonly at: number;
}

const endSignature = 0x06054b50;
const end64Signature = 0x06064b50;
const locator64Signature = 0x07064b50;
const centralSignature = 0x02014b50;
const localSignature = 0x04034b50;
const endLength = 22;
const locator64Length = 20;
const end64Length = 56;
const centralLength = 46;
const localLength = 30;
const maxCommentLength = 0xffff;
const zip64Field = 1;
const unknown32 = 0xffffffff;

/** Reads the central directory at the end of a zip archive. Throws `NcnnError` for inconsistent data. */
export class DirectoryReader {
  /** Number of entries. */
  readonly count: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #file: string;
  readonly #end: number;
  #offset: number;

  constructor(bytes: Uint8Array, file: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#file = file;
    const { count, size, offset, at } = this.#findEnd();
    if (offset > at || size > at - offset) {
      throw this.#truncated(`the zip directory ends at ${at}, expected ${size} bytes at ${offset}`, at);
    }
    // A record of the directory takes at least its fixed fields.
    if (count * centralLength > size) throw this.#malformed(`the zip directory of ${size} bytes cannot hold ${count} entries`, at);
    this.count = count;
    this.#offset = offset;
    this.#end = offset + size;
  }

  /** The next record; call it `count` times. */
  next(): DirectoryEntry {
    const at = this.#offset;
    if (at + centralLength > this.#end || this.#view.getUint32(at, true) !== centralSignature) {
      throw this.#malformed('the zip directory has no more records at this offset', at);
    }
    const nameLength = this.#view.getUint16(at + 28, true);
    const extraLength = this.#view.getUint16(at + 30, true);
    const nameStart = at + centralLength;
    const extraStart = nameStart + nameLength;
    this.#offset = extraStart + extraLength + this.#view.getUint16(at + 32, true);
    if (this.#offset > this.#end) throw this.#malformed('a record reaches beyond the end of its directory', at);
    const extra = this.#zip64Fields(extraStart, extraLength);
    // Sizes and offset are in the extra field, in this order, if they do not fit in 32 bits.
    const size = this.#wide(at + 24, extra, at);
    const packedSize = this.#wide(at + 20, extra, at);
    const start = this.#wide(at + 42, extra, at);
    const name = new TextDecoder().decode(this.#bytes.subarray(nameStart, extraStart));
    const isEncrypted = (this.#view.getUint16(at + 8, true) & 1) !== 0;
    return { name, method: this.#view.getUint16(at + 10, true), isEncrypted, packedSize, size, start, at };
  }

  /**
   * The compressed bytes of an entry, as a view. They follow the local header, whose name and extra field may have other lengths than in
   * the directory.
   */
  contents(name: string, start: number, packedSize: number, place: Place): Uint8Array {
    if (start + localLength > this.#bytes.length) throw this.#truncated(`the entry "${name}" should begin at ${start}`, place.offset);
    if (this.#view.getUint32(start, true) !== localSignature) throw this.#malformed(`the entry "${name}" has no header`, start);
    const from = start + localLength + this.#view.getUint16(start + 26, true) + this.#view.getUint16(start + 28, true);
    if (from + packedSize > this.#bytes.length) {
      throw this.#truncated(`the entry "${name}" should be ${packedSize} bytes at ${from}`, place.offset);
    }
    return this.#bytes.subarray(from, from + packedSize);
  }

  /** The record at the end of the archive, which may be followed by a comment. */
  #findEnd(): { readonly count: number; readonly size: number; readonly offset: number; readonly at: number } {
    const last = this.#bytes.length - endLength;
    for (let at = last; at >= Math.max(0, last - maxCommentLength); at--) {
      if (this.#view.getUint32(at, true) !== endSignature) continue;
      if (this.#view.getUint16(at + 20, true) > last - at) continue;
      const wide = this.#findEnd64(at);
      if (wide !== undefined) return wide;
      const count = this.#view.getUint16(at + 10, true);
      return { count, size: this.#view.getUint32(at + 12, true), offset: this.#view.getUint32(at + 16, true), at };
    }
    throw this.#truncated('the directory at its end is missing', undefined);
  }

  #findEnd64(end: number): { readonly count: number; readonly size: number; readonly offset: number; readonly at: number } | undefined {
    const locator = end - locator64Length;
    if (locator < 0 || this.#view.getUint32(locator, true) !== locator64Signature) return undefined;
    const at = this.#long(locator + 8);
    if (at + end64Length > locator || this.#view.getUint32(at, true) !== end64Signature) {
      throw this.#malformed('the zip64 record is not at the offset in its locator', locator);
    }
    return { count: this.#long(at + 32), size: this.#long(at + 40), offset: this.#long(at + 48), at };
  }

  #zip64Fields(start: number, length: number): { at: number; readonly end: number } {
    const end = start + length;
    for (let at = start; at + 4 <= end; ) {
      const fieldEnd = at + 4 + this.#view.getUint16(at + 2, true);
      if (fieldEnd > end) break;
      if (this.#view.getUint16(at, true) === zip64Field) return { at: at + 4, end: fieldEnd };
      at = fieldEnd;
    }
    return { at: end, end };
  }

  #wide(at: number, extra: { at: number; readonly end: number }, record: number): number {
    const value = this.#view.getUint32(at, true);
    if (value !== unknown32) return value;
    if (extra.at + 8 > extra.end) throw this.#malformed('a record lacks a 64-bit size', record);
    extra.at += 8;
    return this.#long(extra.at - 8);
  }

  #long(at: number): number {
    const value = this.#view.getBigUint64(at, true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw this.#malformed(`the zip directory contains the size or offset ${value}`, at);
    return Number(value);
  }

  #malformed(message: string, offset: number): NcnnError {
    return ncnnError('file-malformed', `the zip archive is damaged: ${message}`, fetchHint, { file: this.#file, offset });
  }

  #truncated(message: string, offset: number | undefined): NcnnError {
    const text = `the zip archive ends too early: ${message}, and it has ${this.#bytes.length} bytes`;
    return ncnnError('file-truncated', text, fetchHint, offset === undefined ? { file: this.#file } : { file: this.#file, offset });
  }
}

const fetchHint = 'Download or copy the file again: the previous download or copy was probably interrupted.';
