import { Budget } from '../budget/budget.ts';
import type { LimitOptions } from '../budget/limits.ts';

/** The size of a verification. */
export interface VerifiedSize {
  /** Number of elements of the model's weights. */
  readonly weights: number;
  /** Number of elements of the inputs. */
  readonly fed: number;
}

/** Steps that any model may take: one or two seconds. */
const baseSteps = 2 ** 26;
/** Elements that any model may hold at a time. */
const baseElements = 2 ** 23;
/** Elements that a model may hold for each element of its weights. */
const elementsPerWeight = 2 ** 10;
/** Nodes of decomposed operators that any model may have, and weights for each further one. */
const [baseNodes, weightsPerNode] = [2 ** 14, 2 ** 6];
/**
 * Maximum number of positions at which a weight is used, per input element and in total: a picture of 4 million pixels has as many
 * positions.
 */
const [placesPerElement, maxPlaces] = [2 ** 12, 2 ** 22];

/**
 * The budget of computing a model once. A weight is used at each position of a picture or step of a sequence, so the cost of a legitimate
 * model is proportional to its weights times its inputs.
 */
export function verificationBudget({ maxSteps, maxElements, maxNodes }: LimitOptions, { weights, fed }: VerifiedSize): Budget {
  return new Budget({
    maxSteps: maxSteps ?? baseSteps + Math.min(maxPlaces, placesPerElement * fed) * weights,
    maxElements: maxElements ?? baseElements + elementsPerWeight * weights,
    maxNodes: maxNodes ?? baseNodes + weights / weightsPerNode,
  });
}

/** The budget of the inputs, checked before they are created. */
export function feedBudget({ maxElements = baseElements }: LimitOptions): Budget {
  return new Budget({ maxElements });
}
