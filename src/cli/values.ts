import type { ConstantValue, ConvertOptions } from '../options.ts';
import { UsageError } from './usage.ts';

/**
 * `NAME=1,3,224,224` of each `--shape`; `NAME=` is a scalar. The last `=` separates, since a name may hold others.
 * Throws {@link UsageError}.
 */
export function parseShapes(texts: readonly string[]): NonNullable<ConvertOptions['shape']> {
  return byName('--shape', texts, (value, text) => {
    if (value.trim() === '') return [];
    return value.split(',').map((part) => {
      const digits = part.trim();
      if (!/^\d+$/.test(digits))
        throw new UsageError(`--shape ${text}: "${digits}" is no size; give whole numbers, as in NAME=1,3,224,224`);
      return Number(digits);
    });
  });
}

/** `NAME=VALUE` of each `--const`: a number, `true`, `false`, or a comma list of them. Throws {@link UsageError}. */
export function parseConstants(texts: readonly string[]): NonNullable<ConvertOptions['const']> {
  return byName('--const', texts, (value, text): ConstantValue => {
    const parts = value.split(',').map((part) => parseScalar(part.trim(), text));
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : parts;
  });
}

/** Comma lists, each of which may be given in pieces. */
export function parseList(name: string, texts: readonly string[]): readonly string[] {
  const entries = texts.flatMap((text) => text.split(',').map((entry) => entry.trim()));
  if (entries.includes('')) throw new UsageError(`${name} has an empty entry`);
  return entries;
}

function byName<T>(option: string, texts: readonly string[], parse: (value: string, text: string) => T): Record<string, T> {
  const found = new Map<string, T>();
  for (const text of texts) {
    const separator = text.lastIndexOf('=');
    if (separator < 1) throw new UsageError(`${option} ${text}: a name, "=" and a value are needed`);
    const name = text.slice(0, separator);
    if (found.has(name)) throw new UsageError(`${option} is given twice for "${name}"`);
    found.set(name, parse(text.slice(separator + 1), text));
  }
  // Own properties whatever the name: an input may be called `__proto__`.
  return Object.fromEntries(found);
}

const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const special: ReadonlyMap<string, number | boolean> = new Map<string, number | boolean>([
  ['true', true],
  ['false', false],
  ['inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['nan', Number.NaN],
]);

function parseScalar(text: string, whole: string): number | bigint | boolean {
  const known = special.get(text.toLowerCase());
  if (known !== undefined) return known;
  if (!number.test(text)) throw new UsageError(`--const ${whole}: "${text}" is neither a number nor true or false`);
  const value = Number(text);
  // An int64 keeps all of its digits.
  return /^[+-]?\d+$/.test(text) && !Number.isSafeInteger(value) ? BigInt(text.replace(/^\+/, '')) : value;
}
