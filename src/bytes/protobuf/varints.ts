import { WireError, type WireReader } from './wire.ts';

/** A varint of up to 64 bits, two's complement. */
export function readInt64(reader: WireReader): bigint {
  return BigInt.asIntN(64, readVarint(reader));
}

function readVarint(reader: WireReader): bigint {
  const { buf, len } = reader;
  // Seven groups of seven bits fit exactly into a double. Only longer numbers need bigint arithmetic.
  let low = 0;
  for (let group = 0; group < 7; group++) {
    if (reader.pos >= len) throw new WireError('truncated', 'a number extends beyond the end of the file', reader.pos);
    const byte = buf[reader.pos++] ?? 0;
    low += (byte & 127) * 2 ** (7 * group);
    if (byte < 128) return BigInt(low);
  }
  let high = 0;
  for (let group = 0; group < 3; group++) {
    if (reader.pos >= len) throw new WireError('truncated', 'a number extends beyond the end of the file', reader.pos);
    const byte = buf[reader.pos++] ?? 0;
    high += (byte & 127) * 2 ** (7 * group);
    if (byte < 128) return BigInt(low) + (BigInt(high) << 49n);
  }
  throw new WireError('malformed', 'a number is longer than ten bytes', reader.pos);
}

/**
 * The 64-bit integers of packed varints, unsigned as in the wire format (two's complement). Throws {@link WireError}. They are written as
 * 32-bit halves: one bigint per element would take longer than the rest of reading a model.
 */
export function unpackVarints(pieces: readonly Uint8Array[]): BigUint64Array {
  const values = new BigUint64Array(pieces.reduce((count, piece) => count + countVarints(piece), 0));
  const halves = new Uint32Array(values.buffer);
  let at = 0;
  for (const piece of pieces) at = unpackPiece(piece, halves, at);
  return values;
}

/** The low 32 bits of each integer of {@link unpackVarints}. */
export function unpackVarints32(pieces: readonly Uint8Array[]): Uint32Array {
  const halves = new Uint32Array(unpackVarints(pieces).buffer);
  const low = new Uint32Array(halves.length / 2);
  for (let index = 0; index < low.length; index++) low[index] = halves[2 * index] ?? 0;
  return low;
}

function countVarints(piece: Uint8Array): number {
  let count = 0;
  for (let position = 0; position < piece.length; position++) count += ((piece[position] ?? 0) >> 7) ^ 1;
  return count;
}

/** Writes low and high halves starting at `at`, and returns the end position. */
function unpackPiece(piece: Uint8Array, halves: Uint32Array, at: number): number {
  const end = piece.length;
  let next = at;
  let position = 0;
  while (position < end) {
    let byte = piece[position++] ?? 0;
    let low = byte & 127;
    let high = 0;
    for (let shift = 7; byte >= 128; shift += 7) {
      if (position === end) throw new WireError('malformed', 'a packed number is cut off', end);
      if (shift > 63) throw new WireError('malformed', 'a number is longer than ten bytes', position);
      byte = piece[position++] ?? 0;
      if (shift < 28) low |= (byte & 127) << shift;
      else if (shift > 28) high |= (byte & 127) << (shift - 32);
      else {
        low |= byte << 28;
        high = (byte & 127) >>> 4;
      }
    }
    halves[next++] = low;
    halves[next++] = high;
  }
  return next;
}
