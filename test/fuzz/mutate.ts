import type { Random } from './random.ts';

/** Tokens of a format, inserted at wrong positions. */
export type Dictionary = readonly (string | Uint8Array)[];

type Mutation = (bytes: Uint8Array, random: Random, others: readonly Uint8Array[], dictionary: Dictionary) => Uint8Array;

/** All ways to damage a file; each is chosen with about the same probability. */
const mutations: readonly Mutation[] = [
  flipBit,
  setByte,
  setLength,
  truncate,
  remove,
  repeat,
  splice,
  insertToken,
  overwriteToken,
  changeNumber,
];

/** A file with one to four kinds of damage. The same bytes and the same state of `random` give the same file. */
export function mutate(seed: Uint8Array, random: Random, others: readonly Uint8Array[], dictionary: Dictionary): Uint8Array {
  let bytes = seed;
  for (let count = 1 + random.below(4); count > 0; count--) bytes = random.pick(mutations)(bytes, random, others, dictionary);
  return bytes;
}

function flipBit(bytes: Uint8Array, random: Random): Uint8Array {
  const changed = Uint8Array.from(bytes);
  const at = random.below(Math.max(1, changed.length));
  changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8));
  return changed;
}

function setByte(bytes: Uint8Array, random: Random): Uint8Array {
  const changed = Uint8Array.from(bytes);
  changed[random.below(Math.max(1, changed.length))] = random.pick([0, 1, 0x7f, 0x80, 0xff, random.below(256)]);
  return changed;
}

/** Lengths and counts: replaces a word or a varint by a boundary value. */
function setLength(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length + 1);
  const value = random.pick(edges);
  return join(bytes.subarray(0, at), value, bytes.subarray(at + random.pick([1, value.length])));
}

const edges: readonly Uint8Array[] = [
  [0],
  [0x7f],
  [0x80, 0x01],
  [0xff, 0xff, 0x03],
  [0xff, 0xff, 0xff, 0xff, 0x07],
  [0x80, 0x80, 0x80, 0x80, 0x10],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
  [0xff, 0xff, 0xff, 0x7f],
  [0, 0, 0, 0x80],
  [0xff, 0xff, 0xff, 0xff],
  [0, 0, 1, 0],
].map((entry) => Uint8Array.from(entry));

function truncate(bytes: Uint8Array, random: Random): Uint8Array {
  return bytes.subarray(0, random.below(bytes.length + 1));
}

function remove(bytes: Uint8Array, random: Random): Uint8Array {
  const [start, end] = span(bytes, random);
  return join(bytes.subarray(0, start), bytes.subarray(end));
}

function repeat(bytes: Uint8Array, random: Random): Uint8Array {
  const [start, end] = span(bytes, random);
  const times = 1 + random.below(8);
  return join(bytes.subarray(0, end), ...Array.from({ length: times }, () => bytes.subarray(start, end)), bytes.subarray(end));
}

/** Copies a piece of another file, or of another position in this one. */
function splice(bytes: Uint8Array, random: Random, others: readonly Uint8Array[]): Uint8Array {
  const donor = random.pick([bytes, ...others]);
  const [start, end] = span(donor, random);
  const [from, to] = span(bytes, random);
  return join(bytes.subarray(0, from), donor.subarray(start, end), bytes.subarray(random.pick([from, to])));
}

function insertToken(bytes: Uint8Array, random: Random, _others: readonly Uint8Array[], dictionary: Dictionary): Uint8Array {
  const at = random.below(bytes.length + 1);
  return join(bytes.subarray(0, at), token(random, dictionary), bytes.subarray(at));
}

function overwriteToken(bytes: Uint8Array, random: Random, _others: readonly Uint8Array[], dictionary: Dictionary): Uint8Array {
  const chosen = token(random, dictionary);
  const at = random.below(Math.max(1, bytes.length - chosen.length + 1));
  return join(bytes.subarray(0, at), chosen, bytes.subarray(at + chosen.length));
}

/** Replaces a run of digits, if there is one, by another number of the same or another length. */
function changeNumber(bytes: Uint8Array, random: Random): Uint8Array {
  const start = random.below(Math.max(1, bytes.length));
  const first = bytes.findIndex((byte, index) => index >= start && isDigit(byte));
  if (first < 0) return flipBit(bytes, random);
  let end = first;
  while (end < bytes.length && isDigit(bytes[end] ?? 0)) end++;
  return join(bytes.subarray(0, first), new TextEncoder().encode(random.pick(numbers)), bytes.subarray(end));
}

const numbers = [
  '0',
  '1',
  '-1',
  '7',
  '255',
  '65536',
  '2147483647',
  '2147483648',
  '-2147483648',
  '99999999999999999999',
  '1e39',
  '0.5',
  'nan',
];

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function token(random: Random, dictionary: Dictionary): Uint8Array {
  const chosen = random.pick([...dictionary, ...hostileTexts]);
  return typeof chosen === 'string' ? new TextEncoder().encode(chosen) : chosen;
}

const hostileTexts = ['__proto__', 'constructor', '"', "'", '*/', '\n', '\r', '\0', '</script>', '\u2028', '\u001b[2J', '..', '/', '='];

function span(bytes: Uint8Array, random: Random): readonly [number, number] {
  const start = random.below(bytes.length + 1);
  const length = random.below(Math.min(64, bytes.length - start) + 1);
  return [start, start + length];
}

function join(...pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}
