import type { BlobData } from '../execute.ts';

/**
 * The difference between two blobs: the root mean square of the differences divided by that of the expected values. Infinite if the actual
 * blob has an unexpected infinity or NaN.
 */
export function lossOf(expected: BlobData, actual: BlobData): number {
  if (expected.values.length !== actual.values.length) return Number.POSITIVE_INFINITY;
  let [squares, differences] = [0, 0];
  for (const [index, wanted] of expected.values.entries()) {
    const value = actual.values[index] ?? 0;
    if (!Number.isFinite(wanted)) continue;
    if (!Number.isFinite(value)) return Number.POSITIVE_INFINITY;
    squares += wanted * wanted;
    differences += (value - wanted) ** 2;
  }
  return differences === 0 ? 0 : Math.sqrt(differences / Math.max(squares, Number.MIN_VALUE));
}
