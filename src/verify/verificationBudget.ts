import { Budget } from '../budget/budget.ts';
import type { LimitOptions } from '../budget/limits.ts';

/** What a verification computes. */
export interface VerifiedSize {
  /** Elements of the weights of the model. */
  readonly weights: number;
  /** Elements of what is fed. */
  readonly fed: number;
}

/** Steps that any model may take: a second or two. */
const baseSteps = 2 ** 26;
/** Elements that any model may hold at a time. */
const baseElements = 2 ** 23;
/** Elements that a model may hold for each element of its weights. */
const elementsPerWeight = 2 ** 10;
/** Nodes of decomposed operators that any model may have, and weights for each further one. */
const [baseNodes, weightsPerNode] = [2 ** 14, 2 ** 6];
/** Places at which a weight may be used, for each element that is fed, and in all: a picture of 4 million pixels has as many places. */
const [placesPerElement, maxPlaces] = [2 ** 12, 2 ** 22];

/**
 * The budget of computing a model once. A weight is used at the places of a picture or at the steps of a sequence, so what an honest model
 * takes is in proportion to its weights times what it is fed.
 */
export function verificationBudget({ maxSteps, maxElements, maxNodes }: LimitOptions, { weights, fed }: VerifiedSize): Budget {
  return new Budget({
    maxSteps: maxSteps ?? baseSteps + Math.min(maxPlaces, placesPerElement * fed) * weights,
    maxElements: maxElements ?? baseElements + elementsPerWeight * weights,
    maxNodes: maxNodes ?? baseNodes + weights / weightsPerNode,
  });
}

/** The budget of what is fed, before it is made. */
export function feedBudget({ maxElements = baseElements }: LimitOptions): Budget {
  return new Budget({ maxElements });
}
