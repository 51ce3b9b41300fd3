import type { ByteSource } from '../../../bytes/byteSource.ts';
import { type NcnnError, ncnnError } from '../../../diagnostics/diagnostic.ts';

/** An entry in the central directory. */
export interface DirectoryEntry {
  readonly name: string;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly packedSize: number;
  readonly size: number;
  /** Offset of the local header in the archive. */
  readonly start: number;
  /** Offset of its record in the archive. */
  readonly at: number;
}

/** The position of the central directory, and the offset `at` of the record that contains it. */
interface DirectoryPlace {
  readonly count: number;
  readonly size: number;
  readonly offset: number;
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
/** The most bytes before the end of an archive in which its last records are. */
const maxEndLength = locator64Length + endLength + maxCommentLength;
const zip64Field = 1;
const unknown32 = 0xffffffff;

/** Reads the central directory at the end of a zip archive. Throws `NcnnError` for inconsistent data. */
export class DirectoryReader {
  /** Number of entries. */
  readonly count: number;
  readonly #source: ByteSource;
  readonly #file: string;
  /** The directory; it begins at `#start` in the archive. */
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #start: number;
  /** The offset of the next record in the directory. */
  #offset = 0;

  constructor(source: ByteSource, file: string) {
    this.#source = source;
    this.#file = file;
    const { count, size, offset, at } = this.#findEnd();
    if (offset > at || size > at - offset) {
      throw this.#truncated(`the zip directory ends at ${at}, expected ${size} bytes at ${offset}`, at);
    }
    // A record of the directory takes at least its fixed fields.
    if (count * centralLength > size) throw this.#malformed(`the zip directory of ${size} bytes cannot hold ${count} entries`, at);
    this.count = count;
    this.#start = offset;
    this.#bytes = source.part(offset, size);
    this.#view = viewOf(this.#bytes);
  }

  /** The next record; call it `count` times. */
  next(): DirectoryEntry {
    const record = this.#offset;
    const at = this.#start + record;
    const end = this.#bytes.length;
    if (record + centralLength > end || this.#view.getUint32(record, true) !== centralSignature) {
      throw this.#malformed('the zip directory has no more records at this offset', at);
    }
    const nameLength = this.#view.getUint16(record + 28, true);
    const extraLength = this.#view.getUint16(record + 30, true);
    const nameStart = record + centralLength;
    const extraStart = nameStart + nameLength;
    this.#offset = extraStart + extraLength + this.#view.getUint16(record + 32, true);
    if (this.#offset > end) throw this.#malformed('a record reaches beyond the end of its directory', at);
    const extra = this.#zip64Fields(extraStart, extraLength);
    // Sizes and offset are in the extra field, in this order, if they do not fit in 32 bits.
    const size = this.#wide(record + 24, extra, at);
    const packedSize = this.#wide(record + 20, extra, at);
    const start = this.#wide(record + 42, extra, at);
    const name = new TextDecoder().decode(this.#bytes.subarray(nameStart, extraStart));
    const isEncrypted = (this.#view.getUint16(record + 8, true) & 1) !== 0;
    return { name, method: this.#view.getUint16(record + 10, true), isEncrypted, packedSize, size, start, at };
  }

  /**
   * The offset of an entry's compressed bytes, all of which are inside the archive. They follow the local header, whose name and extra field
   * may have other lengths than in the directory.
   */
  contentsOffset({ name, start, packedSize, at }: DirectoryEntry): number {
    const { size } = this.#source;
    if (start + localLength > size) throw this.#truncated(`the entry "${name}" should begin at ${start}`, at);
    const header = viewOf(this.#source.part(start, localLength));
    if (header.getUint32(0, true) !== localSignature) throw this.#malformed(`the entry "${name}" has no header`, start);
    const from = start + localLength + header.getUint16(26, true) + header.getUint16(28, true);
    if (from + packedSize > size) throw this.#truncated(`the entry "${name}" should be ${packedSize} bytes at ${from}`, at);
    return from;
  }

  /** The record at the end of the archive, which may be followed by a comment. */
  #findEnd(): DirectoryPlace {
    const { size } = this.#source;
    const start = Math.max(0, size - maxEndLength);
    const tail = viewOf(this.#source.part(start, size - start));
    const last = tail.byteLength - endLength;
    for (let at = last; at >= Math.max(0, last - maxCommentLength); at--) {
      if (tail.getUint32(at, true) !== endSignature) continue;
      if (tail.getUint16(at + 20, true) > last - at) continue;
      const wide = this.#findEnd64(tail, start, at);
      if (wide !== undefined) return wide;
      const count = tail.getUint16(at + 10, true);
      return { count, size: tail.getUint32(at + 12, true), offset: tail.getUint32(at + 16, true), at: start + at };
    }
    throw this.#truncated('the directory at its end is missing', undefined);
  }

  /** The 64-bit record, if its locator precedes the record at `end` in the tail. The tail begins at `start` in the archive. */
  #findEnd64(tail: DataView, start: number, end: number): DirectoryPlace | undefined {
    const locator = end - locator64Length;
    if (locator < 0 || tail.getUint32(locator, true) !== locator64Signature) return undefined;
    const at = this.#long(tail, locator + 8, start + locator);
    const record = at + end64Length > start + locator ? undefined : viewOf(this.#source.part(at, end64Length));
    if (record === undefined || record.getUint32(0, true) !== end64Signature) {
      throw this.#malformed('the zip64 record is not at the offset in its locator', start + locator);
    }
    const long = (field: number): number => this.#long(record, field, at);
    return { count: long(32), size: long(40), offset: long(48), at };
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
    return this.#long(this.#view, extra.at - 8, record);
  }

  /** A 64-bit size or offset of the record at `record` in the archive. */
  #long(view: DataView, at: number, record: number): number {
    const value = view.getBigUint64(at, true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw this.#malformed(`the zip directory contains the size or offset ${value}`, record);
    return Number(value);
  }

  #malformed(message: string, offset: number): NcnnError {
    return ncnnError('file-malformed', `the zip archive is damaged: ${message}`, fetchHint, { file: this.#file, offset });
  }

  #truncated(message: string, offset: number | undefined): NcnnError {
    const text = `the zip archive ends too early: ${message}, and it has ${this.#source.size} bytes`;
    return ncnnError('file-truncated', text, fetchHint, offset === undefined ? { file: this.#file } : { file: this.#file, offset });
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

const fetchHint = 'Download or copy the file again: the previous download or copy was probably interrupted.';
