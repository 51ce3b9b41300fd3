import type { Random } from './random.ts';

/** A field of a protobuf message in wire format. */
interface WireField {
  readonly tag: number;
  /** A varint, the bytes of a fixed number or a text, or the fields of a nested message. */
  value: bigint | Uint8Array | WireField[];
}

/**
 * A protobuf file with damage inside: a number, a name or a field is replaced and the lengths around it are corrected, so that the damage
 * gets past the decoder. `undefined` if the file is not a valid message.
 */
export function mutateMessage(bytes: Uint8Array, random: Random, words: readonly string[]): Uint8Array | undefined {
  const root = parse(bytes);
  if (root === undefined || root.length === 0) return undefined;
  for (let count = 1 + random.below(3); count > 0; count--) change(root, random, words);
  return Uint8Array.from(write(root));
}

function change(root: WireField[], random: Random, words: readonly string[]): void {
  const places = listPlaces(root);
  if (places.length === 0) return;
  const { owner, index } = random.pick(places);
  const field = owner[index];
  if (field === undefined) return;
  const other = random.pick(places);
  switch (random.below(8)) {
    case 0:
      owner.splice(index, 1);
      return;
    case 1:
      owner.splice(index, 0, ...Array.from({ length: 1 + random.below(3) }, () => structuredClone(field)));
      return;
    case 2: {
      const donor = other.owner[other.index];
      if (donor !== undefined) field.value = structuredClone(donor.value);
      return;
    }
    default:
      field.value = otherValue(field.value, random, places, words);
  }
}

function otherValue(value: WireField['value'], random: Random, places: readonly Place[], words: readonly string[]): WireField['value'] {
  if (typeof value === 'bigint') return BigInt.asUintN(64, random.pick([...integers, value + 1n, value - 1n, value * 2n]));
  if (Array.isArray(value)) return value.filter(() => random.below(4) > 0);
  if (random.below(3) === 0) return new TextEncoder().encode(random.pick(words));
  const texts = places.map(({ owner, index }) => owner[index]?.value).filter((entry) => entry instanceof Uint8Array);
  if (texts.length > 0 && random.below(2) === 0) return random.pick(texts);
  const changed = Uint8Array.from(value);
  // Packed numbers and weights: replaces whole elements.
  if (changed.length >= 4 && random.below(2) === 0) {
    const view = new DataView(changed.buffer);
    const at = 4 * random.below(Math.floor(changed.length / 4));
    view.setInt32(at, random.pick([0, -1, 1, 2 ** 31 - 1, -(2 ** 31), 1e9, 0x7f800000, 0x7fc00000, 70000]), true);
  } else if (changed.length > 0) changed[random.below(changed.length)] = random.below(256);
  return changed;
}

const integers = [
  0n,
  1n,
  2n,
  3n,
  5n,
  7n,
  8n,
  11n,
  -1n,
  -2n,
  64n,
  1000n,
  65537n,
  10n ** 6n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n,
  10n ** 12n,
  2n ** 53n,
  2n ** 63n - 1n,
  -(2n ** 63n),
];

interface Place {
  readonly owner: WireField[];
  readonly index: number;
}

function listPlaces(owner: WireField[]): Place[] {
  return owner.flatMap((field, index) => [{ owner, index }, ...(Array.isArray(field.value) ? listPlaces(field.value) : [])]);
}

/** The fields of a message; `undefined` if the bytes are not one. Short texts are not parsed as messages. */
function parse(bytes: Uint8Array, depth = 0): WireField[] | undefined {
  const fields: WireField[] = [];
  let at = 0;
  const varint = (): bigint | undefined => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) return undefined;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    return undefined;
  };
  while (at < bytes.length) {
    const tag = varint();
    if (tag === undefined || tag >> 3n === 0n || tag > 1n << 20n) return undefined;
    const kind = Number(tag & 7n);
    if (kind === 0) {
      const value = varint();
      if (value === undefined) return undefined;
      fields.push({ tag: Number(tag), value });
      continue;
    }
    const length = kind === 1 ? 8n : kind === 5 ? 4n : kind === 2 ? varint() : undefined;
    if (length === undefined || length > BigInt(bytes.length - at)) return undefined;
    const value = bytes.slice(at, at + Number(length));
    at += value.length;
    fields.push({ tag: Number(tag), value: (kind === 2 && depth < 12 && value.length > 1 ? parse(value, depth + 1) : undefined) ?? value });
  }
  return fields;
}

function write(fields: readonly WireField[]): number[] {
  return fields.flatMap(({ tag, value }) => {
    if (typeof value === 'bigint') return [...varintBytes(BigInt((tag >> 3) << 3)), ...varintBytes(value)];
    const kind = tag & 7;
    if (kind !== 2 && !Array.isArray(value) && value.length === (kind === 1 ? 8 : 4)) return [...varintBytes(BigInt(tag)), ...value];
    const inside = Array.isArray(value) ? write(value) : [...value];
    return [...varintBytes(BigInt(((tag >> 3) << 3) | 2)), ...varintBytes(BigInt(inside.length)), ...inside];
  });
}

function varintBytes(value: bigint): number[] {
  const bytes: number[] = [];
  let remaining = BigInt.asUintN(64, value);
  do {
    bytes.push(Number(remaining & 127n) | (remaining > 127n ? 128 : 0));
    remaining >>= 7n;
  } while (remaining > 0n);
  return bytes;
}
