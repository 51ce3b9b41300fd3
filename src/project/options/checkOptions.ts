import { type Diagnostic, throwErrors } from '../../diagnostics/diagnostic.ts';
import { verifyEntries } from '../../options/convertEntries.ts';
import { checkEntries, type OptionEntry } from '../../options/optionEntry.ts';
import { modelEntries, nativeEntries, pluginEntries } from './optionEntries.ts';
import type { Options } from './options.ts';

/** Rejects options that do not exist or have a value they cannot have. Throws `NcnnError` (`option-invalid`). */
export function checkOptions(options: Options): void {
  const values: object = options;
  throwErrors([
    ...checkEntries(values, pluginEntries),
    ...unknownInside(options.verify, verifyEntries, 'verify'),
    ...unknownInside(options.native, nativeEntries, 'native'),
    ...Object.entries(options.models ?? {}).flatMap(([glob, entry]) => {
      const place = `models[${JSON.stringify(glob)}]`;
      return [...unknownInside(entry, modelEntries, place), ...unknownInside(entry?.verify, verifyEntries, `${place}.verify`)];
    }),
  ]);
}

/** Names that an object inside of the options does not have; its values are checked with the option that holds it. */
function unknownInside(value: unknown, entries: Readonly<Record<string, OptionEntry>>, place: string): readonly Diagnostic[] {
  if (typeof value !== 'object' || value === null) return [];
  const unknown = Object.entries(value).filter(([name]) => !Object.hasOwn(entries, name));
  return checkEntries(Object.fromEntries(unknown), entries, place);
}
