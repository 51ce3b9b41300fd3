import protobuf from 'protobufjs/minimal.js';
import type { CountEntries } from '../entries.ts';
import { bytesType, expectType, overrun, WireError, type WireReader } from './wire.ts';

/**
 * Reads protobuf messages by tables of typed fields.
 *
 * The decoder of protobufjs turns packed numbers into arrays of numbers, which is too slow for weights, and 64-bit integers into `Long`
 * objects. Here its `Reader` is only used to walk the wire format; bytes and packed numbers become views of the file, and 64-bit integers
 * become bigints. As protobuf allows, the fields of a message may come in any order and more than once.
 */

/** How to read one field: its number, its value when absent, and the function that combines an occurrence with the value so far. */
export interface Field<V> {
  readonly number: number;
  readonly absent: () => V;
  readonly read: (reader: WireReader, wireType: number, previous: V, depth: number) => V;
}

/** One field for each property of the decoded message. */
export type Fields<T> = { readonly [K in keyof T]: Field<T[K]> };

/** A message type. Fields that are not listed are skipped. */
export interface MessageType<T> {
  readonly create: () => T;
  /** Number of entries to count for a message: its fields take memory even if they are absent. */
  readonly entries: () => number;
  /** Reads fields into the message, from the reader's position up to `end`. */
  readonly readInto: (message: T, reader: WireReader, end: number, depth: number) => T;
}

/** Nesting limit that is common to protobuf implementations. */
const depthLimit = 100;

class CountingReader extends protobuf.Reader {
  readonly count: CountEntries;

  constructor(bytes: Uint8Array, count: CountEntries) {
    super(bytes);
    this.count = count;
  }
}

/** Counts entries before they are read. */
export function countEntries(reader: WireReader, entries: number): void {
  if (reader instanceof CountingReader) reader.count(entries, reader.pos);
}

/** Number of fields in a message that take about as much memory as one value. */
const fieldsPerEntry = 4;

interface Prepared<T> {
  readonly fields: Fields<T>;
  readonly keys: readonly (keyof T & string)[];
  readonly byNumber: ReadonlyMap<number, keyof T>;
}

/**
 * Creates a message type. The table is a function, because messages can refer to each other in cycles.
 *
 * @param entries number of entries to count for a message, if it should not depend on its fields
 */
export function messageType<T extends object>(table: () => Fields<T>, entries: number = 0): MessageType<T> {
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
    entries: () => entries || 1 + Math.floor(prepare().keys.length / fieldsPerEntry),
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

/** Decodes a whole file or blob. Throws {@link WireError}, and whatever `count` throws. */
export function decodeMessage<T>(type: MessageType<T>, bytes: Uint8Array, count: CountEntries = () => {}): T {
  const reader = new CountingReader(bytes, count);
  try {
    return type.readInto(type.create(), reader, bytes.length, 0);
  } catch (error) {
    if (error instanceof WireError) throw error;
    // protobufjs throws this RangeError for a read beyond the end of the file, and plain errors otherwise. Any other error is a bug in this
    // package.
    const isOverrun = error instanceof RangeError && error.message.startsWith('index out of range');
    if (!isOverrun && !(error instanceof Error && error.constructor === Error)) throw error;
    throw new WireError(isOverrun ? 'truncated' : 'malformed', error.message, reader.pos);
  }
}

/** Reads a nested message, which is preceded by its length. */
export function readNested<T>(type: MessageType<T>, into: T, reader: WireReader, wireType: number, depth: number): T {
  expectType(reader, wireType, bytesType);
  const start = reader.pos;
  countEntries(reader, type.entries());
  const end = reader.size() + reader.pos;
  if (end > reader.len) throw new WireError('truncated', 'a message extends beyond the end of the file', start);
  return type.readInto(into, reader, end, depth + 1);
}
