import { countEntries, type Field, type MessageType, readNested } from './message.ts';
import { readInt64 } from './varints.ts';
import { bytesType, expectType, fixed32Type, fixed64Type, overrun, varintType, type WireReader } from './wire.ts';

/** A singular field; `undefined` if it is absent. The last occurrence counts. */
function singular<V>(number: number, expected: number, read: (reader: WireReader) => V): Field<V | undefined> {
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

/** A bytes field, as a view of the file. */
export function bytesField(number: number): Field<Uint8Array | undefined> {
  return singular(number, bytesType, (reader) => reader.bytes());
}

/** A range of bytes in the file. */
export interface FilePlace {
  readonly offset: number;
  readonly length: number;
}

/** The range of a bytes field. The bytes are not read, so they need not be available when the message is decoded. */
export function placeField(number: number): Field<FilePlace | undefined> {
  return singular(number, bytesType, (reader) => {
    const length = reader.uint32();
    const offset = reader.pos;
    if (offset + length > reader.len) throw overrun(reader, reader.len, offset);
    reader.pos += length;
    return { offset, length };
  });
}

export function messageField<T>(number: number, type: () => MessageType<T>): Field<T | undefined> {
  return {
    number,
    absent: () => undefined,
    read: (reader, wireType, previous, depth) => readNested(type(), previous ?? type().create(), reader, wireType, depth),
  };
}

/** The value of every absent repeated field. Separate lists would take most of the memory of a message. */
const none: never[] = [];
Object.freeze(none);

function append<V>(list: V[], value: V): V[] {
  if (list.length === 0) return [value];
  list.push(value);
  return list;
}

/** A repeated field where each occurrence is one element. `read` counts the elements. */
function repeated<V>(number: number, read: (reader: WireReader, wireType: number, depth: number) => V): Field<V[]> {
  return {
    number,
    absent: () => none,
    read: (reader, wireType, previous, depth) => append(previous, read(reader, wireType, depth)),
  };
}

export function stringsField(number: number): Field<string[]> {
  return repeated(number, (reader, wireType) => {
    expectType(reader, wireType, bytesType);
    countEntries(reader, 1);
    return reader.string();
  });
}

export function bytesListField(number: number): Field<Uint8Array[]> {
  return repeated(number, (reader, wireType) => {
    expectType(reader, wireType, bytesType);
    countEntries(reader, 1);
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

/** Repeated float, packed or not. Intended for attributes; weights use {@link packedField}. */
export function floatsField(number: number): Field<number[]> {
  return packable(number, fixed32Type, (reader) => reader.float());
}

function packable<V>(number: number, elementType: number, read: (reader: WireReader) => V): Field<V[]> {
  return {
    number,
    absent: () => none,
    read: (reader, wireType, previous) => {
      if (wireType !== bytesType) {
        expectType(reader, wireType, elementType);
        countEntries(reader, 1);
        return append(previous, read(reader));
      }
      const start = reader.pos;
      const end = reader.size() + reader.pos;
      let values = previous;
      while (reader.pos < end) {
        countEntries(reader, 1);
        values = append(values, read(reader));
      }
      if (reader.pos !== end) throw overrun(reader, end, start);
      return values;
    },
  };
}

/**
 * Repeated numbers as the bytes of their packed encoding: one view of the file per packed occurrence. Each run of unpacked elements is
 * copied into one piece.
 */
export function packedField(number: number, element: 'varint' | 'fixed32' | 'fixed64'): Field<Uint8Array[]> {
  const elementType = { varint: varintType, fixed32: fixed32Type, fixed64: fixed64Type }[element];
  return {
    number,
    absent: () => none,
    read: (reader, wireType, previous) => {
      countEntries(reader, 1);
      if (wireType === bytesType) return append(previous, reader.bytes());
      expectType(reader, wireType, elementType);
      return append(previous, gatherRun(reader, (number << 3) | elementType, elementType));
    },
  };
}

function gatherRun(reader: WireReader, tag: number, elementType: number): Uint8Array {
  // First find the end of the run, then copy its elements without their tags.
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
