import { constants } from 'node:buffer';
import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { totalmem } from 'node:os';
import { newSha256 } from './sha256.ts';

/** What is at a path that is neither a file nor a folder, and that could be read without end; links are followed. Throws what `stat` throws. */
export function describeSpecialFile(target: string): string | undefined {
  const stats = statSync(target);
  if (stats.isFIFO()) return 'a pipe';
  if (stats.isSocket()) return 'a socket';
  return stats.isCharacterDevice() || stats.isBlockDevice() ? 'a device' : undefined;
}

/** Most bytes that are read in one call; the system reads 2 GiB at most. */
const maxReadBytes = 2 ** 30;

/** Most bytes that are read at once: what one array holds (4 GiB in Node 20), and no more than there is memory. */
export const maxArrayBytes: number = Math.min(constants.MAX_LENGTH, totalmem());

/** All bytes of a file, which may be larger than 2 GiB. Throws what the system refuses; at most {@link maxArrayBytes}. */
export function readFile(target: string): Uint8Array {
  return withFile(target, (handle) => {
    const { size } = fstatSync(handle);
    if (size > maxReadBytes) return readPartOf(handle, 0, size);
    // A file that claims to be empty may hold something, as those of the kernel do.
    const buffer = readFileSync(handle);
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  });
}

/** A part of a file; less of it where the file became shorter. Throws what the system refuses. */
export function readPart(target: string, offset: number, length: number): Uint8Array {
  return withFile(target, (handle) => readPartOf(handle, offset, length));
}

/** SHA-256 of a file of any size, in hexadecimal. Throws what the system refuses. */
export function hashFile(target: string): string {
  return withFile(target, (handle) => {
    const hash = newSha256();
    const { size } = fstatSync(handle);
    const piece = new Uint8Array(Math.min(hashedAtOnce, Math.max(1, size)));
    for (;;) {
      const count = readSync(handle, piece);
      if (count === 0) return hash.digest('hex');
      hash.update(piece.subarray(0, count));
    }
  });
}

const hashedAtOnce = 2 ** 24;

function withFile<T>(target: string, action: (handle: number) => T): T {
  const handle = openSync(target, 'r');
  try {
    return action(handle);
  } finally {
    closeSync(handle);
  }
}

function readPartOf(handle: number, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const count = readSync(handle, bytes, filled, Math.min(maxReadBytes, length - filled), offset + filled);
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}
