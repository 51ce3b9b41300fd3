import protobuf from 'protobufjs/minimal.js';
import { defaultMaxEntries } from './entries.ts';

/**
 * Reading protobuf messages by tables of typed fields.
 *
 * protobufjs' own decoder turns packed numbers into arrays of numbers, which is hopeless for weights, and 64-bit
 * integers into `Long` objects. Here its `Reader` only walks the wire; bytes and packed numbers become views of the
 * file, 64-bit integers bigints. The fields of a message may come in any order and more than once, as protobuf has it.
 */
type Reader = protobuf.Reader;

/** The bytes are not a message of the kind expected. */
export class WireError extends Error {
  override readonly name = 'WireError';
  /** `truncated`: a length reaches beyond the end of the file. `limit`: there are more messages than allowed. `malformed`: everything else. */
  readonly reason: 'truncated' | 'malformed' | 'limit';
  /** Byte offset in the file. */
  readonly offset: number;

  constructor(reason: WireError['reason'], message: string, offset: number) {
    super(message);
    this.reason = reason;
    this.offset = offset;
  }
}

/** How one field is read: its number, its value where it is absent, and what an occurrence makes of the value so far. */
export interface Field<V> {
  readonly number: number;
  readonly absent: () => V;
  readonly read: (reader: Reader, wireType: number, previous: V, depth: number) => V;
}

/** One field for each property of the decoded message. */
export type Fields<T> = { readonly [K in keyof T]: Field<T[K]> };

/** A kind of message. Fields it does not list are skipped. */
export interface MessageType<T> {
  readonly create: () => T;
  /** Reads fields from the reader's position up to `end` into the message. */
  readonly readInto: (message: T, reader: Reader, end: number, depth: number) => T;
}

const varintType = 0;
const fixed64Type = 1;
const bytesType = 2;
const fixed32Type = 5;
/** Depth of nesting that protobuf implementations agree on. */
const depthLimit = 100;

class CountingReader extends protobuf.Reader {
  readonly #most: number;
  #messages = 0;

  constructor(bytes: Uint8Array, most: number) {
    super(bytes);
    this.#most = most;
  }

  /** Notes down a message that begins at an offset. */
  count(start: number): void {
    if (++this.#messages > this.#most) throw new WireError('limit', `the file has more than ${this.#most} messages`, start);
  }
}

interface Prepared<T> {
  readonly fields: Fields<T>;
  readonly keys: readonly (keyof T & string)[];
  readonly byNumber: ReadonlyMap<number, keyof T>;
}

/** A message type; the table is given as a function since messages refer to each other in circles. */
export function messageType<T extends object>(table: () => Fields<T>): MessageType<T> {
  let prepared: Prepared<T> | undefined;
  const prepare = (): Prepared<T> => {
    if (prepared === undefined) {
      const fields = table();
      const keys = keysOf(fields);
      prepared = { fields, keys, byNumber: new Map(keys.map((key) => [fields[key].number, key])) };
    }
    return prepared;
  };
  return {
    create: () => {
      const { fields, keys } = prepare();
      const message: Partial<T> = {};
      for (const key of keys) message[key] = fields[key].absent();
      return message as T;
    },
    readInto: (message, reader, end, depth) => {
      const { fields, byNumber } = prepare();
      if (depth > depthLimit) throw new WireError('malformed', `messages are nested deeper than ${depthLimit}`, reader.pos);
      while (reader.pos < end) {
        const start = reader.pos;
        const tag = reader.tag();
        const key = byNumber.get(tag >>> 3);
        if (key === undefined) reader.skipType(tag & 7, 0, tag >>> 3);
        else message[key] = fields[key].read(reader, tag & 7, message[key], depth);
        if (reader.pos > end) throw overrun(reader, end, start);
      }
      return message;
    },
  };
}

function keysOf<T extends object>(fields: Fields<T>): readonly (keyof T & string)[] {
  return Object.keys(fields) as (keyof T & string)[];
}

/** Decodes a whole file or blob of at most so many messages. Throws {@link WireError}. */
export function decodeMessage<T>(type: MessageType<T>, bytes: Uint8Array, most: number = defaultMaxEntries): T {
  const reader = new CountingReader(bytes, most);
  try {
    return type.readInto(type.create(), reader, bytes.length, 0);
  } catch (error) {
    if (error instanceof WireError) throw error;
    // protobufjs throws this RangeError where a read runs over the end of the file, and plain errors otherwise. All else is a fault of ours.
    const isOverrun = error instanceof RangeError && error.message.startsWith('index out of range');
    if (!isOverrun && !(error instanceof Error && error.constructor === Error)) throw error;
    throw new WireError(isOverrun ? 'truncated' : 'malformed', error.message, reader.pos);
  }
}

function overrun(reader: Reader, end: number, start: number): WireError {
  return end === reader.len
    ? new WireError('truncated', 'a field reaches beyond the end of the file', start)
    : new WireError('malformed', 'a field reaches beyond the end of its message', start);
}

function expectType(reader: Reader, wireType: number, expected: number): void {
  if (wireType !== expected) throw new WireError('malformed', `a field has wire type ${wireType} instead of ${expected}`, reader.pos);
}

/** A singular field; `undefined` where it is absent. The last occurrence counts. */
function singular<V>(number: number, expected: number, read: (reader: Reader) => V): Field<V | undefined> {
  return {
    number,
    absent: () => undefined,
    read: (reader, wireType) => {
      expectType(reader, wireType, expected);
      return read(reader);
    },
  };
}

export function int32Field(number: number): Field<number | undefined> {
  return singular(number, varintType, (reader) => reader.int32());
}

export function int64Field(number: number): Field<bigint | undefined> {
  return singular(number, varintType, readInt64);
}

export function floatField(number: number): Field<number | undefined> {
  return singular(number, fixed32Type, (reader) => reader.float());
}

export function stringField(number: number): Field<string | undefined> {
  return singular(number, bytesType, (reader) => reader.string());
}

/** A view of the file. */
export function bytesField(number: number): Field<Uint8Array | undefined> {
  return singular(number, bytesType, (reader) => reader.bytes());
}

export function messageField<T>(number: number, type: () => MessageType<T>): Field<T | undefined> {
  return {
    number,
    absent: () => undefined,
    read: (reader, wireType, previous, depth) => readNested(type(), previous ?? type().create(), reader, wireType, depth),
  };
}

/** A message inside of another, with its length in front. */
export function readNested<T>(type: MessageType<T>, into: T, reader: Reader, wireType: number, depth: number): T {
  expectType(reader, wireType, bytesType);
  const start = reader.pos;
  if (reader instanceof CountingReader) reader.count(start);
  const end = reader.size() + reader.pos;
  if (end > reader.len) throw new WireError('truncated', 'a message reaches beyond the end of the file', start);
  return type.readInto(into, reader, end, depth + 1);
}

/** A repeated field of which each occurrence is one element. */
function repeated<V>(number: number, read: (reader: Reader, wireType: number, depth: number) => V): Field<V[]> {
  return {
    number,
    absent: () => [],
    read: (reader, wireType, previous, depth) => {
      previous.push(read(reader, wireType, depth));
      return previous;
    },
  };
}

export function stringsField(number: number): Field<string[]> {
  return repeated(number, (reader, wireType) => {
    expectType(reader, wireType, bytesType);
    return reader.string();
  });
}

export function bytesListField(number: number): Field<Uint8Array[]> {
  return repeated(number, (reader, wireType) => {
    expectType(reader, wireType, bytesType);
    return reader.bytes();
  });
}

export function messagesField<T>(number: number, type: () => MessageType<T>): Field<T[]> {
  return repeated(number, (reader, wireType, depth) => readNested(type(), type().create(), reader, wireType, depth));
}

/** Repeated int64, packed or not. */
export function int64sField(number: number): Field<bigint[]> {
  return packable(number, varintType, readInt64);
}

/** Repeated float, packed or not. For attributes; weights take {@link packedField}. */
export function floatsField(number: number): Field<number[]> {
  return packable(number, fixed32Type, (reader) => reader.float());
}

function packable<V>(number: number, elementType: number, read: (reader: Reader) => V): Field<V[]> {
  return {
    number,
    absent: () => [],
    read: (reader, wireType, previous) => {
      if (wireType !== bytesType) {
        expectType(reader, wireType, elementType);
        previous.push(read(reader));
        return previous;
      }
      const start = reader.pos;
      const end = reader.size() + reader.pos;
      while (reader.pos < end) previous.push(read(reader));
      if (reader.pos !== end) throw overrun(reader, end, start);
      return previous;
    },
  };
}

/**
 * Repeated numbers as the bytes of their packed encoding: views of the file, one for each packed occurrence. Elements
 * written one by one (unpacked) are gathered into one piece for each run of them.
 */
export function packedField(number: number, element: 'varint' | 'fixed32' | 'fixed64'): Field<Uint8Array[]> {
  const elementType = { varint: varintType, fixed32: fixed32Type, fixed64: fixed64Type }[element];
  return {
    number,
    absent: () => [],
    read: (reader, wireType, previous) => {
      if (wireType === bytesType) previous.push(reader.bytes());
      else {
        expectType(reader, wireType, elementType);
        previous.push(gatherRun(reader, (number << 3) | elementType, elementType));
      }
      return previous;
    },
  };
}

function gatherRun(reader: Reader, tag: number, elementType: number): Uint8Array {
  // First find where the run ends, then copy its elements without their tags.
  const spans: number[] = [];
  let size = 0;
  let more = true;
  while (more) {
    const start = reader.pos;
    reader.skipType(elementType);
    spans.push(start, reader.pos);
    size += reader.pos - start;
    const next = reader.pos;
    more = next < reader.len && reader.tag() === tag;
    if (!more) reader.pos = next;
  }
  const gathered = new Uint8Array(size);
  let at = 0;
  for (let index = 0; index < spans.length; index += 2) {
    const start = spans[index] ?? 0;
    const end = spans[index + 1] ?? 0;
    gathered.set(reader.buf.subarray(start, end), at);
    at += end - start;
  }
  return gathered;
}

/** A varint of up to 64 bits, two's complement. */
function readInt64(reader: Reader): bigint {
  return BigInt.asIntN(64, readVarint(reader));
}

function readVarint(reader: Reader): bigint {
  const { buf, len } = reader;
  // Seven groups of seven bits fit a double exactly; only what is longer needs bigint arithmetic.
  let low = 0;
  for (let group = 0; group < 7; group++) {
    if (reader.pos >= len) throw new WireError('truncated', 'a number reaches beyond the end of the file', reader.pos);
    const byte = buf[reader.pos++] ?? 0;
    low += (byte & 127) * 2 ** (7 * group);
    if (byte < 128) return BigInt(low);
  }
  let high = 0;
  for (let group = 0; group < 3; group++) {
    if (reader.pos >= len) throw new WireError('truncated', 'a number reaches beyond the end of the file', reader.pos);
    const byte = buf[reader.pos++] ?? 0;
    high += (byte & 127) * 2 ** (7 * group);
    if (byte < 128) return BigInt(low) + (BigInt(high) << 49n);
  }
  throw new WireError('malformed', 'a number is longer than ten bytes', reader.pos);
}

/**
 * The 64-bit integers of packed varints, unsigned as they are on the wire (two's complement). Throws {@link WireError}.
 * Written as halves of 32 bits: a bigint for each element would cost more than all the rest of reading a model.
 */
export function unpackVarints(pieces: readonly Uint8Array[]): BigUint64Array {
  const values = new BigUint64Array(pieces.reduce((count, piece) => count + countVarints(piece), 0));
  const halves = new Uint32Array(values.buffer);
  let at = 0;
  for (const piece of pieces) at = unpackPiece(piece, halves, at);
  return values;
}

/** The low 32 bits of each of the integers that {@link unpackVarints} gives. */
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

/** Writes low and high halves from `at` on; returns where it stopped. */
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
