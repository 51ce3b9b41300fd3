import { constants } from 'node:buffer';
import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { totalmem } from 'node:os';
import { newSha256 } from './sha256.ts';

/** Describes a path that is neither a file nor a folder, because reading it might never end; links are followed. Throws like `stat`. */
export function describeSpecialFile(target: string): string | undefined {
  const stats = statSync(target);
  if (stats.isFIFO()) return 'a pipe';
  if (stats.isSocket()) return 'a socket';
  return stats.isCharacterDevice() || stats.isBlockDevice() ? 'a device' : undefined;
}

/** Maximum number of bytes per read call; the system limit is 2 GiB. */
const maxReadBytes = 2 ** 30;

/** Maximum number of bytes read at once: the size limit of an array (4 GiB in Node 20), and at most the memory of the machine. */
export const maxArrayBytes: number = Math.min(constants.MAX_LENGTH, totalmem());

/** All bytes of a file, which may be larger than 2 GiB, up to {@link maxArrayBytes}. Throws system errors. */
export function readFile(target: string): Uint8Array {
  return withFile(target, (handle) => {
    const { size } = fstatSync(handle);
    if (size > maxReadBytes) return readPartOf(handle, 0, size);
    // A file with size 0 may still have content, like those of the kernel.
    const buffer = readFileSync(handle);
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  });
}

/** A part of a file; shorter if the file has become shorter. Throws system errors. */
export function readPart(target: string, offset: number, length: number): Uint8Array {
  return withFile(target, (handle) => readPartOf(handle, offset, length));
}

/** SHA-256 of a file of any size, in hexadecimal. Throws system errors. */
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
