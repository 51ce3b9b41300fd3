import type { Operator, OperatorFamily } from '../operator.ts';
import { unaryOperators } from './elementwise/unary.ts';

/** Every family of operators. A new family is a file in one of the folders here and a line in this list. */
const families: readonly OperatorFamily[] = [
  // elementwise
  unaryOperators,
  // reduction
  // movement
  // linear
  // normalization
  // pooling
  // recurrent
  // image
  // shape
];

/** All operators the Graph knows, by name. */
export const operators: ReadonlyMap<string, Operator> = new Map(families.flatMap((family) => Object.entries(family)));
