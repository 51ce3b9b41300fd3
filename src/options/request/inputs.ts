import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { unknownName } from './unknownName.ts';

/** An input as its model declares it. */
export interface InputDeclaration {
  readonly name: string;
  /** A free axis is its symbol; `undefined` where not even the number of axes is declared. */
  readonly shape: readonly (number | string)[] | undefined;
}

/** What the inputs of a format can be. */
export interface InputRules {
  /** Whether a size that the model declares is one it was made for; otherwise it is only what an input has where no other is asked for. */
  readonly areSizesFixed: boolean;
  /** Fewest axes of an input. Where that is 1 there are no scalars, and no axis is empty. */
  readonly minAxes: 0 | 1;
  readonly maxAxes: number;
}

/** What an option says of inputs, by their names; `#0` addresses the first one. */
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
