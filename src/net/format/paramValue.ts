import { isInt32, numberParam } from '../layers/params.ts';
import type { ParamFacts, ParamKind, ParamValue } from '../layers/record.ts';
import type { LayerType } from '../net.ts';
import { floatBits, floatOfBits } from './number.ts';

/** A value as written in the file; the text distinguishes ints from floats. */
export interface SpelledValue {
  readonly kind: ParamKind;
  readonly value: ParamValue;
  /** Whether an array mixes ints and floats. */
  readonly mixed?: boolean;
  /** The content of a mixed array in ncnn: ints, and the bits of floats. */
  readonly words?: readonly number[];
}

/** An array of floats as a layer reads it. */
export interface FloatArray {
  readonly value: readonly number[];
  /** The ints in the file that represent the array. */
  readonly ints?: readonly number[];
}

export const intPattern: RegExp = /^[+-]?\d+$/;
const floatPattern = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const maxFloat = 3.4028234663852886e38;

/** Parses a scalar, a string or a comma-separated array. Returns an error message if the text is invalid. */
export function parseValue(text: string): SpelledValue | string {
  if (/^["a-zA-Z]/.test(text)) return textValue(text);
  if (!text.includes(',')) return scalar(text);
  const elements = text.split(',');
  // An array of one element ends with a comma.
  if (elements.at(-1) === '') elements.pop();
  return arrayOf(elements);
}

function textValue(text: string): SpelledValue | string {
  const value = text.startsWith('"') ? text.slice(1, -1) : text;
  if (text.startsWith('"') && (text.length < 2 || !text.endsWith('"'))) return `the string ${text} is not terminated`;
  if (new TextEncoder().encode(value).length > 255) return 'the string is longer than 255 bytes';
  return { kind: 'string', value };
}

/** Parses the array of `-23300-id=count,a,b,…`. Returns an error message if the text is invalid. */
export function parseCountedArray(text: string): SpelledValue | string {
  const [count = '', ...elements] = text.split(',');
  if (!intPattern.test(count)) return `"${count}" is not a number of elements`;
  if (Number(count) !== elements.length) return `${count} elements are declared, but there are ${elements.length}`;
  return arrayOf(elements);
}

function arrayOf(texts: readonly string[]): SpelledValue | string {
  const values: number[] = [];
  let floats = 0;
  for (const text of texts) {
    const element = scalar(text);
    if (typeof element === 'string') return element;
    if (element.kind === 'float') floats++;
    values.push(Number(element.value));
  }
  // Zero has the same bits as int and as float.
  const ints = texts.filter((text) => intPattern.test(text) && Number(text) !== 0).length;
  if (floats === 0 || ints === 0) return { kind: floats > 0 ? 'floats' : 'ints', value: values, mixed: false };
  const words = texts.map((text, index) => (intPattern.test(text) ? Number(text) : floatBits(values[index] ?? 0)));
  return { kind: 'floats', value: values, mixed: true, words };
}

function scalar(text: string): SpelledValue | string {
  if (intPattern.test(text)) {
    const value = Number(text);
    return isInt32(value) ? { kind: 'int', value } : `${text} does not fit in 32 bits`;
  }
  if (!floatPattern.test(text)) return `"${text}" is not a number`;
  const value = Math.fround(Number(text));
  return Math.abs(value) <= maxFloat ? { kind: 'float', value } : `${text} is too large for a float`;
}

/**
 * An array of ints where the layer reads floats: either the numbers themselves or the floats with these bits. `undefined` for any other
 * value.
 */
export function floatsSpelledAsInts(
  { kind, value }: SpelledValue,
  { kind: expectedKind, intsAreBits }: ParamFacts,
): FloatArray | undefined {
  if (expectedKind !== 'floats' || kind !== 'ints' || typeof value === 'string' || typeof value === 'number') return undefined;
  if (value.every((element) => element === 0)) return { value };
  return { value: intsAreBits ? value.map(floatOfBits) : [...value], ints: value };
}

/** The value in the kind that the layer reads, with ints read as floats like in ncnn; `undefined` if ncnn would not read it. */
export function valueAs({ kind, value, mixed }: SpelledValue, expectedKind: ParamKind): ParamValue | undefined {
  if (mixed) return undefined;
  if (kind === expectedKind) return value;
  if (expectedKind === 'float' && kind === 'int') return value;
  if (expectedKind === 'ints' && Array.isArray(value) && value.length === 0) return value;
  return undefined;
}

/** Whether a value of the wrong kind equals the default that ncnn uses instead. */
export function isSameAsDefault(type: LayerType, name: string, facts: ParamFacts, { value }: SpelledValue): boolean {
  return facts.kind === 'int' && typeof facts.default === 'number' && value === numberParam(type, {}, name);
}
