import { type Diagnostic, throwErrors } from '../../diagnostics/diagnostic.ts';
import { verifyEntries } from '../../options/convertEntries.ts';
import { checkEntries, type OptionEntry } from '../../options/optionEntry.ts';
import { calibrationEntries, modelEntries, nativeEntries, pluginEntries } from './optionEntries.ts';
import type { Options } from './options.ts';

/** Rejects unknown options and invalid values. Throws `NcnnError` (`option-invalid`). */
export function checkOptions(options: Options): void {
  const values: object = options;
  throwErrors([
    ...checkEntries(values, pluginEntries),
    ...unknownInside(options.verify, verifyEntries, 'verify'),
    ...unknownInside(options.calibrate, calibrationEntries, 'calibrate'),
    ...unknownInside(options.native, nativeEntries, 'native'),
    ...Object.entries(options.models ?? {}).flatMap(([glob, entry]) => {
      const place = `models[${JSON.stringify(glob)}]`;
      return [
        ...unknownInside(entry, modelEntries, place),
        ...unknownInside(entry?.verify, verifyEntries, `${place}.verify`),
        ...unknownInside(entry?.calibrate, calibrationEntries, `${place}.calibrate`),
      ];
    }),
  ]);
}

/** Unknown names inside of an object option; its values are validated with the option that contains it. */
function unknownInside(value: unknown, entries: Readonly<Record<string, OptionEntry>>, place: string): readonly Diagnostic[] {
  if (typeof value !== 'object' || value === null) return [];
  const unknown = Object.entries(value).filter(([name]) => !Object.hasOwn(entries, name));
  return checkEntries(Object.fromEntries(unknown), entries, place);
}
