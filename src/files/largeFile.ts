import type { SideFile } from '../importers/source.ts';

/** Smaller parts are read at once: to hold them takes less than to read them twice. */
const minStored = 1 << 18;

/**
 * A file that is not held as a whole: what is read of it is up to the caller, who may read any part any number of times.
 *
 * @param read gives a part of the file. Throws `NcnnError` where the system refuses that, or the file has become shorter.
 */
export function largeFile(size: number, read: (offset: number, length: number) => Uint8Array): SideFile {
  return {
    size,
    part: read,
    stored: (offset, length) => (length < minStored ? read(offset, length) : { byteLength: length, read: () => read(offset, length) }),
  };
}
