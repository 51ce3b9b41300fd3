import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { unknownName } from './unknownName.ts';

/** An input as its model declares it. */
export interface InputDeclaration {
  readonly name: string;
  /** A dynamic axis is its symbol; `undefined` if the rank is not declared. */
  readonly shape: readonly (number | string)[] | undefined;
}

/** What a format allows for inputs. */
export interface InputRules {
  /** Whether a declared size is fixed; otherwise it is only the default size of the input. */
  readonly areSizesFixed: boolean;
  /** Minimum rank of an input. If it is 1, there are no scalars and no axis is empty. */
  readonly minAxes: 0 | 1;
  readonly maxAxes: number;
}

/** The value of an option for each input, by name; `#0` addresses the first one. */
export function byInput<T>(
  values: Readonly<Record<string, T>>,
  inputs: readonly InputDeclaration[],
  diagnostics: Diagnostic[],
): ReadonlyMap<string, T> {
  const names = inputs.map(({ name }) => name);
  const found = new Map<string, T>();
  for (const [key, value] of Object.entries(values)) {
    const [, position] = /^#(\d+)$/.exec(key) ?? [];
    const name = names.includes(key) || position === undefined ? key : names[Number(position)];
    if (name !== undefined && names.includes(name)) found.set(name, value);
    else diagnostics.push(unknownName('input', key, names));
  }
  return found;
}
