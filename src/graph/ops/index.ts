import type { Operator, OperatorFamily } from '../operator.ts';

/** Every family of operators. A new family is a file in one of the folders here and a line in this list. */
const families: readonly OperatorFamily[] = [];

/** All operators the Graph knows, by name. */
export const operators: ReadonlyMap<string, Operator> = new Map(families.flatMap((family) => Object.entries(family)));
