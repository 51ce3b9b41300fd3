import type { ByteSource } from '../bytes/byteSource.ts';

/** Smaller parts are read immediately: keeping them costs less than reading them twice. */
const minStored = 1 << 18;

/**
 * A file that is not loaded as a whole. The caller may read any part of it, any number of times.
 *
 * @param read returns a part of the file. Throws `NcnnError` if the system cannot read it, or if the file has become shorter
 */
export function largeFile(size: number, read: (offset: number, length: number) => Uint8Array): ByteSource {
  return {
    size,
    part: read,
    stored: (offset, length) => (length < minStored ? read(offset, length) : { byteLength: length, read: () => read(offset, length) }),
  };
}
