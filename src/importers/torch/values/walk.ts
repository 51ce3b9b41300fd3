import type { Budget } from '../../../budget/budget.ts';
import type { TorchValue } from './value.ts';

/** Number of arithmetic steps for visiting one value. */
const stepsPerValue = 16;

/** Maximum nesting of lists that are visited. */
const maxDepth = 64;

/**
 * Counts a walk through everything inside values. A list may occur in several places: 40 lists of two can represent 2^40 values, and a list
 * that contains itself any number. Throws `NcnnError` (`limit-exceeded`).
 */
export function payForWalk(values: readonly TorchValue[], budget: Budget): void {
  const known = new Map<TorchValue, number>();
  let count = 0;
  for (const value of values) count += valuesIn(value, known, 0);
  budget.spend('steps', stepsPerValue * count);
}

/** The number of values that a walk visits; infinite for a list that contains itself or is nested too deeply. */
function valuesIn(value: TorchValue, known: Map<TorchValue, number>, depth: number): number {
  if (value.kind === 'string') return 1 + value.value.length / stepsPerValue;
  if (value.kind !== 'list' && value.kind !== 'tuple' && value.kind !== 'dict') return 1;
  const counted = known.get(value);
  if (counted !== undefined) return counted;
  if (depth === maxDepth) return Number.POSITIVE_INFINITY;
  // A list that is found again while it is counted contains itself.
  known.set(value, Number.POSITIVE_INFINITY);
  let count = 1;
  for (const part of value.kind === 'dict' ? value.entries.values() : value.elements) count += valuesIn(part, known, depth + 1);
  known.set(value, count);
  return count;
}
