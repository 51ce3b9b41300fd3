import { inflateSync } from 'fflate';

/** Inflates raw deflate data; `undefined` where it is damaged or has another size. */
export function inflate(packed: Uint8Array, size: number): Uint8Array | undefined {
  // Deflate packs at most 1032 to 1: nothing is allocated that the data cannot fill.
  if (size > packed.length * 1032 + 1032) return undefined;
  // One byte more shows data that goes on: the library fills what it is given and drops what is behind.
  const room = new Uint8Array(size + 1);
  try {
    const filled = inflateSync(packed, { out: room });
    return filled.length === size ? filled : undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'number') return undefined;
    throw error;
  }
}
