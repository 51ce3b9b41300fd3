import type { ConvertOptions, CustomOperator } from '../../options/convertOptions.ts';
import { parseConstant, parseDimensions } from '../../options/optionValues.ts';
import { UsageError } from './usage.ts';

/**
 * `NAME=1,3,224,224` of each `--shape`, -1 for a dynamic axis; `NAME=` is a scalar. The last `=` separates, because a name may contain
 * others. Throws {@link UsageError}.
 */
export function parseShapes(texts: readonly string[]): NonNullable<ConvertOptions['shape']> {
  return byName(
    '--shape',
    texts,
    parseDimensions,
    'is not a shape; expected whole numbers, as in NAME=1,3,224,224, with -1 for a dynamic axis',
  );
}

/** `NAME=VALUE` of each `--const`: a number, `true`, `false`, or a comma-separated list of these. Throws {@link UsageError}. */
export function parseConstants(texts: readonly string[]): NonNullable<ConvertOptions['const']> {
  return byName('--const', texts, parseConstant, 'is not a number, true, false, or a comma-separated list of these');
}

/**
 * Layer types, or `OPERATOR=TYPE,ID=ATTRIBUTE…` of each `--custom-layers`: the layer type for an operator, and the attribute for each
 * parameter. Throws {@link UsageError}.
 */
export function parseCustomLayers(texts: readonly string[]): NonNullable<ConvertOptions['customLayers']> {
  const mapped = texts.filter((text) => text.includes('='));
  if (mapped.length === 0) return parseList('--custom-layers', texts);
  if (mapped.length < texts.length) throw new UsageError('--custom-layers: use either layer types or operator mappings, not both');
  const found = mapped.map((text): [string, CustomOperator] => {
    const [head = '', ...entries] = text.split(',');
    const [operator, type] = splitOnce('--custom-layers', head);
    return [operator, { type, params: Object.fromEntries(entries.map((entry) => splitOnce('--custom-layers', entry))) }];
  });
  return Object.fromEntries(found);
}

function splitOnce(option: string, text: string): readonly [string, string] {
  const separator = text.indexOf('=');
  if (separator < 1) throw new UsageError(`${option} ${text}: expected NAME=VALUE`);
  return [text.slice(0, separator).trim(), text.slice(separator + 1).trim()];
}

/** Comma-separated lists, each of which may be split over several options. Throws {@link UsageError}. */
export function parseList(name: string, texts: readonly string[]): readonly string[] {
  const entries = texts.flatMap((text) => text.split(',').map((entry) => entry.trim()));
  if (entries.includes('')) throw new UsageError(`${name} has an empty entry`);
  return entries;
}

function byName<T>(option: string, texts: readonly string[], parse: (text: string) => T | undefined, complaint: string): Record<string, T> {
  const found = new Map<string, T>();
  for (const text of texts) {
    const separator = text.lastIndexOf('=');
    if (separator < 1) throw new UsageError(`${option} ${text}: expected NAME=VALUE`);
    const name = text.slice(0, separator);
    const value = parse(text.slice(separator + 1));
    if (value === undefined) throw new UsageError(`${option} ${text}: "${text.slice(separator + 1)}" ${complaint}`);
    if (found.has(name)) throw new UsageError(`${option} is given twice for "${name}"`);
    found.set(name, value);
  }
  // Define own properties, because an input may be called `__proto__`.
  return Object.fromEntries(found);
}
