import type { ConstantValue } from './convertOptions.ts';

// The values of options as text, with the same syntax in a query and on the command line.

/** Sizes from `1,3,224,224`, or -1; empty for an empty text, which is a scalar. `undefined` if it cannot be parsed. */
export function parseDimensions(text: string): readonly number[] | undefined {
  if (text.trim() === '') return [];
  const sizes = text.split(',').map((part) => (/^(\d+|-1)$/.test(part.trim()) ? Number(part) : Number.NaN));
  return sizes.every(Number.isSafeInteger) ? sizes : undefined;
}

/** A number, `true`, `false`, `inf`, `nan`, or a comma-separated list of them. `undefined` if it cannot be parsed. */
export function parseConstant(text: string): ConstantValue | undefined {
  const entries = text.split(',').map((part) => parseScalar(part.trim()));
  const values = entries.filter((entry) => entry !== undefined);
  if (values.length !== entries.length) return undefined;
  const [only] = values;
  return values.length === 1 ? only : values;
}

const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const words: ReadonlyMap<string, number | boolean> = new Map<string, number | boolean>([
  ['true', true],
  ['false', false],
  ['inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['nan', Number.NaN],
]);

function parseScalar(text: string): number | bigint | boolean | undefined {
  const known = words.get(text.toLowerCase());
  if (known !== undefined) return known;
  if (!number.test(text)) return undefined;
  const value = Number(text);
  // An int64 keeps all of its digits.
  return /^[+-]?\d+$/.test(text) && !Number.isSafeInteger(value) ? BigInt(text.replace(/^\+/, '')) : value;
}
