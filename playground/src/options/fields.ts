import { convertEntries } from '../../../src/options/convertEntries.ts';
import type { ConvertOptions } from '../../../src/options/convertOptions.ts';
import type { OptionEntry } from '../../../src/options/optionEntry.ts';

export type OptionName = keyof ConvertOptions;

/** How an option is asked for. */
export type FieldKind =
  /** One of some words. */
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'flag' | 'names' | 'text' | 'number' }
  /** Sizes, or a constant, for each input. */
  | { readonly kind: 'shapes' | 'constants' }
  /** All, none, or some of a list. */
  | { readonly kind: 'selection' };

export type OptionField = FieldKind & {
  readonly name: OptionName;
  /** One sentence on what the option does. */
  readonly about: string;
  readonly example: string;
};

/** Options that the page does not need: it has the files itself, and nothing to calibrate with. */
const notAsked: ReadonlySet<OptionName> = new Set(['prototxt', 'caffemodel', 'symbol', 'params', 'allowOutside', 'fp16', 'fp16Tolerance']);

/** The options of a conversion as fields of a form, in the order of docs/options.md. */
export function optionFields(): readonly OptionField[] {
  return Object.entries(convertEntries)
    .filter(([name]) => isOptionName(name) && !notAsked.has(name))
    .flatMap(([name, entry]): readonly OptionField[] => {
      const field = fieldKind(entry.schema);
      if (!isOptionName(name) || field === undefined) return [];
      return [{ ...field, name, about: entry.about.replaceAll('`', ''), example: entry.example.replaceAll("'", '') }];
    });
}

function isOptionName(name: string): name is OptionName {
  return Object.hasOwn(convertEntries, name);
}

/** The parts of a valibot schema that determine how to enter a value. */
interface SchemaFacts {
  readonly type: string;
  readonly options?: unknown;
  readonly value?: unknown;
  readonly getter?: unknown;
}

/** The field for the values of a schema; `undefined` if there is none. */
function fieldKind(schema: OptionEntry['schema']): FieldKind | undefined {
  const { type, options }: SchemaFacts = schema;
  if (type === 'picklist' && Array.isArray(options)) return { kind: 'choice', choices: options.map(String) };
  if (type === 'boolean') return { kind: 'flag' };
  if (type === 'array') return { kind: 'names' };
  if (type === 'string') return { kind: 'text' };
  if (type === 'number') return { kind: 'number' };
  const [single, list] = [lazily(schema, undefined), lazily(schema, [])];
  if (single?.type === 'record') return lazily(single.value, 0) === undefined ? { kind: 'shapes' } : { kind: 'constants' };
  if (single?.type === 'boolean' && list?.type === 'array') return { kind: 'selection' };
  return list?.type === 'array' ? { kind: 'names' } : undefined;
}

/** The schema that a lazy schema returns for a value. */
function lazily(schema: unknown, value: unknown): SchemaFacts | undefined {
  if (typeof schema !== 'object' || schema === null || !('getter' in schema) || typeof schema.getter !== 'function') return undefined;
  return schema.getter(value);
}
