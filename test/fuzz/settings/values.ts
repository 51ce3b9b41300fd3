import type { Random } from '../random.ts';

/** A number, with NaN and infinities by name, because JSON has none. */
export type JsonNumber = number | string;

const integers: readonly number[] = [
  ...[
    0,
    1,
    2,
    3,
    4,
    5,
    7,
    8,
    16,
    64,
    255,
    256,
    1000,
    4096,
    65_535,
    65_537,
    1e6,
    1e8,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 32,
    1e12,
    2 ** 53 - 1,
    2 ** 62,
  ],
  ...[-1, -2, -3, -4, -5, -7, -64, -1000, -1e6, -(2 ** 31), -(2 ** 31) - 1, -(2 ** 53), -(2 ** 63)],
];

const floats: readonly JsonNumber[] = [0, -1, 1, 0.5, 2, -0.5, 1e-30, 1e30, -1e30, 3e38, 1e300, 1e9, 2 ** 31, 1e-7, 'nan', 'inf', '-inf'];

/** Maximum length of a list that is extended. */
const maxLength = 64;

/** A boundary integer, or one near the original. */
export function otherInteger(value: number, random: Random): number {
  return random.below(4) === 0 ? value + random.pick([1, -1, 2, -2, value, -2 * value]) : random.pick(integers);
}

export function otherFloat(_value: JsonNumber, random: Random): JsonNumber {
  return random.pick(floats);
}

/** A list with another element, length or order. */
export function otherList<T>(list: readonly T[], other: (value: T, random: Random) => T, filler: T, random: Random): T[] {
  const at = random.below(Math.max(1, list.length));
  switch (random.below(8)) {
    case 0:
      return list.slice(0, at);
    case 1:
      return list.concat(random.pick([filler, ...list]));
    case 2:
      return Array.from({ length: random.pick([1, 2, 5, 9, maxLength]) }, (_, index) => list[index % Math.max(1, list.length)] ?? filler);
    case 3:
      return list.toReversed();
    case 4:
      return list.map((value) => other(value, random));
    default:
      return list.length === 0 ? [other(filler, random)] : list.with(at, other(list[at] ?? filler, random));
  }
}

/** The number of a JSON value. */
export function numberOf(value: JsonNumber): number {
  if (typeof value === 'number') return value;
  return value === 'nan' ? Number.NaN : value.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
