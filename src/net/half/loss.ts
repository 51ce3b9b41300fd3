import type { BlobData } from '../execute.ts';

/**
 * The difference between two blobs: the root mean square of the differences divided by that of the expected values. Infinite if the actual
 * blob has an unexpected infinity or NaN.
 */
export function lossOf(expected: BlobData, actual: BlobData): number {
  if (expected.values.length !== actual.values.length) return Number.POSITIVE_INFINITY;
  let [squares, differences] = [0, 0];
  for (const [index, expectedValue] of expected.values.entries()) {
    const actualValue = actual.values[index] ?? 0;
    if (!Number.isFinite(expectedValue)) continue;
    if (!Number.isFinite(actualValue)) return Number.POSITIVE_INFINITY;
    squares += expectedValue * expectedValue;
    differences += (actualValue - expectedValue) ** 2;
  }
  return differences === 0 ? 0 : Math.sqrt(differences / Math.max(squares, Number.MIN_VALUE));
}

/** The largest difference between two blobs, divided by the largest expected magnitude. Infinite like {@link lossOf}. */
export function largestLossOf(expected: BlobData, actual: BlobData): number {
  if (expected.values.length !== actual.values.length) return Number.POSITIVE_INFINITY;
  let [largest, difference] = [0, 0];
  for (const [index, expectedValue] of expected.values.entries()) {
    const actualValue = actual.values[index] ?? 0;
    if (!Number.isFinite(expectedValue)) continue;
    if (!Number.isFinite(actualValue)) return Number.POSITIVE_INFINITY;
    largest = Math.max(largest, Math.abs(expectedValue));
    difference = Math.max(difference, Math.abs(actualValue - expectedValue));
  }
  return difference === 0 ? 0 : difference / Math.max(largest, Number.MIN_VALUE);
}

/** Where apps usually cut maps of probabilities. */
const cuts = [0.3, 0.5];

/**
 * For a map of probabilities: the share of the elements on which two maps disagree among those that either of them selects, if they are cut
 * at a usual threshold: one minus the intersection over union. Infinite like {@link lossOf}.
 */
export function selectionLossOf(expected: BlobData, actual: BlobData): number {
  if (!actual.values.every(Number.isFinite)) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (const cut of cuts) {
    let [either, both] = [0, 0];
    for (const [index, expectedValue] of expected.values.entries()) {
      const actualValue = actual.values[index] ?? 0;
      if (expectedValue >= cut || actualValue >= cut) either++;
      if (expectedValue >= cut && actualValue >= cut) both++;
    }
    if (either > 0) worst = Math.max(worst, 1 - both / either);
  }
  return worst;
}
