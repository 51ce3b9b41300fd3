import type { BlobData } from '../execute.ts';

/**
 * How far a blob is from what it should be: the root of the mean square of the differences, as a share of that of the values. Infinite where it holds
 * an infinity or NaN that should not be there.
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
