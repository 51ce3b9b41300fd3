import type { StoredBytes } from './storedBytes.ts';

/** A file, or a part of one, that is read in ranges. */
export interface ByteSource {
  /** Size in bytes. */
  readonly size: number;
  /** The bytes of a range inside the source. Do not modify them. Throws `NcnnError` (`file-unreadable`) if the system cannot read them. */
  readonly part: (offset: number, length: number) => Uint8Array;
  /** The same range. Of a large file it is read again on every use and throws like `part`. */
  readonly stored: (offset: number, length: number) => Uint8Array | StoredBytes;
}

/** Bytes in memory. Their ranges are views. */
export function bytesInMemory(bytes: Uint8Array): ByteSource {
  const part = (offset: number, length: number): Uint8Array => bytes.subarray(offset, offset + length);
  return { size: bytes.length, part, stored: part };
}
