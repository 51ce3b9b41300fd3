import * as v from 'valibot';
import { closest } from '../diagnostics/closest.ts';
import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';

/**
 * One option: its schema and its documentation. Each message in `schema` is a phrase that names the expected value, such as `a whole
 * number`.
 */
export interface OptionEntry<T = unknown> {
  readonly schema: v.GenericSchema<T>;
  /** What it does, as one sentence for docs/options.md. */
  readonly about: string;
  /** An example value in the syntax of a configuration, without the name. */
  readonly example: string;
}

/** One entry for each option of an interface, so that the compiler reports a forgotten one. */
export type OptionEntries<T> = { readonly [Name in keyof T]-?: OptionEntry<Exclude<T[Name], undefined>> };

/** The errors in an object of options; `whose` is a prefix for their names in messages. */
export function checkEntries(options: object, entries: Readonly<Record<string, OptionEntry>>, whose = ''): readonly Diagnostic[] {
  const names = Object.keys(entries);
  return Object.entries(options).flatMap(([name, value]): readonly Diagnostic[] => {
    const entry = Object.hasOwn(entries, name) ? entries[name] : undefined;
    if (entry === undefined) return [unknownName(name, names, whose)];
    return value === undefined ? [] : checkValue(value, entry, whose === '' ? name : `${whose}.${name}`, name);
  });
}

function unknownName(name: string, names: readonly string[], whose: string): Diagnostic {
  const [suggestion] = closest(name, names);
  const hint = suggestion === undefined ? `Use one of ${names.join(', ')}.` : `Did you mean \`${suggestion}\`?`;
  return diagnostic('option-invalid', `unknown option "${whose === '' ? name : `${whose}.${name}`}"`, hint);
}

function checkValue(value: unknown, { schema, example }: OptionEntry, place: string, name: string): readonly Diagnostic[] {
  const { issues = [] } = v.safeParse(schema, value);
  return issues.map((issue) => {
    const path = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? `[${key}]` : `[${JSON.stringify(String(key))}]`)).join('');
    const message = `the option "${place}${path}" is ${shown(issue.input)}; expected ${issue.message}`;
    return diagnostic('option-invalid', message, `Write it as in \`${name}: ${example}\`.`);
  });
}

/** A value in short form. */
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'function') return 'a function';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

/** An object that contains options, such as `verify: { seed }`. */
export function objectOf(entries: Readonly<Record<string, OptionEntry>>, expected: string): v.GenericSchema<object> {
  const schemas = Object.fromEntries(Object.entries(entries).map(([name, { schema }]) => [name, v.optional(schema)]));
  return v.object(schemas, expected);
}

/** An object with values of one kind under any names. */
export function dictionary<T>(values: v.GenericSchema<T>, expected: string): v.GenericSchema<Record<string, T>> {
  const entries = v.record(v.string(), values, expected);
  return v.lazy((value): v.GenericSchema<Record<string, T>> => (Array.isArray(value) ? v.never(expected) : entries));
}

/** A boolean or a value of another kind. The error message of the union names both. */
export function booleanOr<T>(
  other: v.GenericSchema<T>,
  isOther: (value: unknown) => boolean,
  expected: string,
): v.GenericSchema<boolean | T> {
  return v.lazy((value): v.GenericSchema<boolean | T> => (isOther(value) ? other : v.boolean(expected)));
}

export const flag: v.GenericSchema<boolean> = v.boolean('true or false');

export const fileName: v.GenericSchema<string> = v.pipe(v.string('a path'), v.nonEmpty('a path'));

export const nameList: v.GenericSchema<string[]> = v.array(v.pipe(v.string('a name'), v.nonEmpty('a name')), 'a list of names');

/** A number of at least `minimum`, possibly infinite. */
export function numberFrom(minimum: number): v.GenericSchema<number> {
  const expected = `a number of at least ${minimum}`;
  return v.pipe(v.number(expected), v.minValue(minimum, expected));
}

/** A safe integer of at least `minimum`. */
export function wholeNumber(minimum: number): v.GenericSchema<number> {
  const expected = Number.isFinite(minimum) ? `a whole number of at least ${minimum}` : 'a whole number';
  return v.pipe(v.number(expected), v.safeInteger(expected), v.minValue(minimum, expected));
}
