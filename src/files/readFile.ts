import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';

/** What is at a path that is neither a file nor a folder, and that could be read without end; links are followed. Throws what `stat` throws. */
export function describeSpecialFile(target: string): string | undefined {
  const stats = statSync(target);
  if (stats.isFIFO()) return 'a pipe';
  if (stats.isSocket()) return 'a socket';
  return stats.isCharacterDevice() || stats.isBlockDevice() ? 'a device' : undefined;
}

/** Bytes that the system reads in one call: 2 GiB are the most. */
const maxReadBytes = 2 ** 30;

/** All bytes of a file, which may be larger than 2 GiB. Throws what the system refuses. */
export function readFile(target: string): Uint8Array {
  const handle = openSync(target, 'r');
  try {
    const { size } = fstatSync(handle);
    if (size <= maxReadBytes) {
      const buffer = readFileSync(handle);
      return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    }
    const bytes = new Uint8Array(size);
    let length = 0;
    while (length < size) {
      const count = readSync(handle, bytes, length, Math.min(maxReadBytes, size - length), null);
      // The file became shorter while it was read.
      if (count === 0) break;
      length += count;
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(handle);
  }
}
