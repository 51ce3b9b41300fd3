import type { Budget } from '../../../budget/budget.ts';
import type { TorchValue } from './value.ts';

/** Steps of arithmetic that a look at one value takes. */
const stepsPerValue = 16;

/** Deepest nesting of lists that is walked through. */
const maxDepth = 64;

/**
 * Pays for a walk through everything inside of values. A list may hold another one at several places: 40 lists of two can stand for 2^40
 * values, and a list within itself for any number. Throws `NcnnError` (`limit-exceeded`).
 */
export function payForWalk(values: readonly TorchValue[], budget: Budget): void {
  const known = new Map<TorchValue, number>();
  let count = 0;
  for (const value of values) count += valuesIn(value, known, 0);
  budget.spend('steps', stepsPerValue * count);
}

/** How many values a walk through one meets; infinite for a list within itself, or in too many others. */
function valuesIn(value: TorchValue, known: Map<TorchValue, number>, depth: number): number {
  if (value.kind === 'string') return 1 + value.value.length / stepsPerValue;
  if (value.kind !== 'list' && value.kind !== 'tuple' && value.kind !== 'dict') return 1;
  const counted = known.get(value);
  if (counted !== undefined) return counted;
  if (depth === maxDepth) return Number.POSITIVE_INFINITY;
  // A list that is met while it is counted is one within itself.
  known.set(value, Number.POSITIVE_INFINITY);
  let count = 1;
  for (const part of value.kind === 'dict' ? value.entries.values() : value.elements) count += valuesIn(part, known, depth + 1);
  known.set(value, count);
  return count;
}
