import type { StoredBytes } from './storedBytes.ts';

/** A file, or a part of one, that is read in ranges. */
export interface ByteSource {
  /** Size in bytes. */
  readonly size: number;
  /** The bytes of a range inside the source. Do not modify them. Throws `NcnnError` (`file-unreadable`) if the system cannot read them. */
  readonly part: (offset: number, length: number) => Uint8Array;
  /** The same range. For a large file, it is read again on each use, and reading throws like `part`. */
  readonly stored: (offset: number, length: number) => Uint8Array | StoredBytes;
}

/** Bytes in memory. Their ranges are views. */
export function bytesInMemory(bytes: Uint8Array): ByteSource {
  const part = (offset: number, length: number): Uint8Array => bytes.subarray(offset, offset + length);
  return { size: bytes.length, part, stored: part };
}

/** A range of a source. The range must be inside the source. */
export function rangeOf(source: ByteSource, start: number, size: number): ByteSource {
  return {
    size,
    part: (offset, length) => source.part(start + offset, length),
    stored: (offset, length) => source.stored(start + offset, length),
  };
}

/** All bytes of a source: a view if they are in memory. */
export function allBytes(source: ByteSource): Uint8Array {
  return source.part(0, source.size);
}
