import { emitters } from '../../api.ts';
import { parseList } from './parseValues.ts';
import { type OptionSpecs, type ParsedArguments, suggestion, UsageError } from './usage.ts';

const forms: readonly string[] = [...emitters.keys()];
const defaultForms: readonly string[] = ['param', 'bin', 'json'];

/** The option of commands that write nets. */
export const emitOption: OptionSpecs = {
  emit: { value: 'LIST', multiple: true, help: `forms to write; ${defaultForms.join(',')} by default` },
};

/** A help line about this option. */
export const emitNote: string = `--emit takes ${forms.join(', ')}.`;

/** The requested forms. Throws {@link UsageError}. */
export function readForms(values: ParsedArguments['values']): readonly string[] {
  const lists = values.get('emit');
  if (lists === undefined) return defaultForms;
  const names = parseList('--emit', lists);
  const unknown = names.find((name) => !emitters.has(name));
  if (unknown !== undefined) throw new UsageError(`--emit ${unknown}: unknown form${suggestion(unknown, forms)}`);
  return [...new Set(names)];
}
