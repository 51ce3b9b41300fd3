import { isInt32, numberParam } from '../layers/params.ts';
import type { ParamFacts, ParamKind, ParamValue } from '../layers/record.ts';
import type { LayerType } from '../net.ts';
import { floatBits, floatOfBits } from './number.ts';

/** A value as it is spelled: ints and floats are told apart by the text. */
export interface SpelledValue {
  readonly kind: ParamKind;
  readonly value: ParamValue;
  /** Whether ints and floats are mixed in an array. */
  readonly mixed?: boolean;
  /** Of a mixed array, what ncnn holds: ints, and the bits of floats. */
  readonly words?: readonly number[];
}

/** An array of floats as a layer reads it. */
export interface FloatArray {
  readonly value: readonly number[];
  /** The ints that the file spells it with. */
  readonly ints?: readonly number[];
}

export const intPattern: RegExp = /^[+-]?\d+$/;
const floatPattern = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const maxFloat = 3.4028234663852886e38;

/** A scalar, a string or an array with commas; a text says what is wrong. */
export function parseValue(text: string): SpelledValue | string {
  if (/^["a-zA-Z]/.test(text)) return textValue(text);
  if (!text.includes(',')) return scalar(text);
  const elements = text.split(',');
  // A comma at the end is how one element is spelled.
  if (elements.at(-1) === '') elements.pop();
  return arrayOf(elements);
}

function textValue(text: string): SpelledValue | string {
  const value = text.startsWith('"') ? text.slice(1, -1) : text;
  if (text.startsWith('"') && (text.length < 2 || !text.endsWith('"'))) return `the string ${text} has no end`;
  if (new TextEncoder().encode(value).length > 255) return 'the string is longer than 255 bytes';
  return { kind: 'string', value };
}

/** The array of `-23300-id=count,a,b,…`. */
export function parseCountedArray(text: string): SpelledValue | string {
  const [count = '', ...elements] = text.split(',');
  if (!intPattern.test(count)) return `"${count}" is no number of elements`;
  if (Number(count) !== elements.length) return `${count} elements are announced, but there are ${elements.length}`;
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
  // A zero is the same bits in both kinds.
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
  if (!floatPattern.test(text)) return `"${text}" is no number`;
  const value = Math.fround(Number(text));
  return Math.abs(value) <= maxFloat ? { kind: 'float', value } : `${text} is too large for a float`;
}

/** An array of ints where the layer reads floats: the numbers, or the floats of which they are the bits. `undefined` for anything else. */
export function floatsSpelledAsInts({ kind, value }: SpelledValue, { kind: wanted, intsAreBits }: ParamFacts): FloatArray | undefined {
  if (wanted !== 'floats' || kind !== 'ints' || typeof value === 'string' || typeof value === 'number') return undefined;
  if (value.every((element) => element === 0)) return { value };
  return { value: intsAreBits ? value.map(floatOfBits) : [...value], ints: value };
}

/** The value in the kind that the layer reads; `undefined` where ncnn would not read it. An int is taken for a float, as ncnn does. */
export function valueAs({ kind, value, mixed }: SpelledValue, wanted: ParamKind): ParamValue | undefined {
  if (mixed) return undefined;
  if (kind === wanted) return value;
  if (wanted === 'float' && kind === 'int') return value;
  if (wanted === 'ints' && Array.isArray(value) && value.length === 0) return value;
  return undefined;
}

/** Whether a misspelled value is what ncnn takes in its place. */
export function isSameAsDefault(type: LayerType, name: string, facts: ParamFacts, { value }: SpelledValue): boolean {
  return facts.kind === 'int' && typeof facts.default === 'number' && value === numberParam(type, {}, name);
}
