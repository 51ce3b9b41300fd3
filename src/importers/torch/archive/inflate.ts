import { inflateSync } from 'fflate';

/** Inflates raw deflate data; `undefined` if it is damaged or has another size. */
export function inflate(packed: Uint8Array, size: number): Uint8Array | undefined {
  // Deflate compresses at most 1032 to 1: do not allocate more than the data can fill.
  if (size > packed.length * 1032 + 1032) return undefined;
  // An additional byte detects data that continues: the library fills the array and drops the rest.
  const room = new Uint8Array(size + 1);
  try {
    const filled = inflateSync(packed, { out: room });
    return filled.length === size ? filled : undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'number') return undefined;
    throw error;
  }
}
