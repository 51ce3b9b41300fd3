import { acceptsArguments } from '../values/binding.ts';
import type { TorchValue } from '../values/value.ts';
import { atenOperators } from './index.ts';
import type { AtenOperator } from './operator.ts';

/** An operator of the table, and whether the call writes the result to its first argument. */
export interface FoundOperator {
  readonly operator: AtenOperator;
  readonly isInPlace: boolean;
}

/** The operator with a name such as `aten.add_.Tensor`; `undefined` if the table does not have it. */
export function findOperator(target: string): FoundOperator | undefined {
  const operator = byTarget.get(target);
  if (operator !== undefined) return { operator, isInPlace: false };
  const functional = byTarget.get(withoutUnderscore(target));
  if (functional !== undefined) return { operator: functional, isInPlace: true };
  // Functional programs have copies instead of views, and nothing writes to these copies.
  const viewed = byTarget.get(target.replace(/_copy(?=\.)/, '').replace(/^aten\.unsafe_/, 'aten.'));
  return viewed === undefined ? undefined : { operator: viewed, isInPlace: false };
}

/**
 * The overload of a call, by the types of its arguments: the first one that accepts them unconverted, or else the first one that accepts
 * them converted. `name` is the operator without an overload, `aten.add`.
 */
export function resolveOverload(
  name: string,
  positional: readonly TorchValue[],
  keywords: ReadonlyMap<string, TorchValue>,
): FoundOperator | undefined {
  const own = byName.get(name);
  const candidates = own ?? byName.get(withoutUnderscore(name)) ?? [];
  for (const converts of [false, true]) {
    const operator = candidates.find(({ schema }) => acceptsArguments(schema(), positional, keywords, converts));
    if (operator !== undefined) return { operator, isInPlace: own === undefined };
  }
  return undefined;
}

/** Whether the table has any overload of an operator. */
export function isKnownName(name: string): boolean {
  return byName.has(name) || byName.has(withoutUnderscore(name));
}

/** Converts `aten.add_.Tensor` to `aten.add.Tensor`. */
function withoutUnderscore(target: string): string {
  return target.replace(/^(\w+\.\w*?[a-z0-9])_(?=\.|$)/, '$1');
}

const byTarget: ReadonlyMap<string, AtenOperator> = new Map(atenOperators.map((operator) => [operator.target, operator]));

const byName: ReadonlyMap<string, readonly AtenOperator[]> = overloadsByName(atenOperators);

function overloadsByName(operators: readonly AtenOperator[]): ReadonlyMap<string, readonly AtenOperator[]> {
  const overloads = new Map<string, AtenOperator[]>();
  for (const operator of operators) {
    const name = operator.target.split('.').slice(0, 2).join('.');
    const known = overloads.get(name);
    if (known === undefined) overloads.set(name, [operator]);
    else known.push(operator);
  }
  return overloads;
}
