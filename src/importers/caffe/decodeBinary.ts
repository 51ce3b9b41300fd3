import type protobuf from 'protobufjs/minimal.js';
import type { CountEntries } from '../../bytes/entries.ts';
import { packedField } from '../../bytes/protobuf/fields.ts';
import { countEntries, decodeMessage, type Field, type MessageType, messageType, readNested } from '../../bytes/protobuf/message.ts';
import { WireError } from '../../bytes/protobuf/wire.ts';
import { absentValue, type MessageOf } from './messages.ts';
import { enums } from './schema/enums.ts';
import { type EnumName, type FieldFacts, type MessageName, messages } from './schema/index.ts';

type Decoded = Record<string, unknown>;

/** Selects the fields of a message to read; the others are skipped. */
export type FieldChoice = (message: MessageName, field: string) => boolean;

/**
 * Decodes a binary message with the schema table. Weights stay views of the bytes. Throws `WireError`, and whatever `count` throws.
 *
 * @param choose skips fields, because forks gave the same number to different fields
 */
export function decodeBinary<M extends MessageName>(
  name: M,
  bytes: Uint8Array,
  choose: FieldChoice = () => true,
  count?: CountEntries,
): MessageOf<M> {
  const types = new Map<MessageName, MessageType<Decoded>>();
  const typeOf = (message: MessageName): MessageType<Decoded> => {
    const known = types.get(message);
    if (known !== undefined) return known;
    const created = messageType<Decoded>(() => {
      const facts = Object.entries<FieldFacts>(messages[message]);
      const read = facts.filter(([field, { number }]) => number > 0 && choose(message, field));
      const fields = Object.fromEntries(read.map(([field, entry]) => [field, fieldOf(entry, typeOf)]));
      // Fields that have no number or are not read still exist, with their defaults.
      for (const [field, entry] of facts) fields[field] ??= { number: -1, absent: () => absentValue(entry), read: (_, __, value) => value };
      return fields;
    });
    types.set(message, created);
    return created;
  };
  // The type is derived from the same table as the fields.
  return decodeMessage(typeOf(name), bytes, count) as MessageOf<M>;
}

function fieldOf(facts: FieldFacts, typeOf: (message: MessageName) => MessageType<Decoded>): Field<unknown> {
  const { number } = facts;
  if (facts.kind === 'packed-float' || facts.kind === 'packed-double') {
    const packed = packedField(number, facts.kind === 'packed-float' ? 'fixed32' : 'fixed64');
    return { number, absent: packed.absent, read: (reader, wire, previous, depth) => packed.read(reader, wire, pieces(previous), depth) };
  }
  const absent = (): unknown => absentValue(facts);
  if (facts.kind === 'message') {
    const type = (): MessageType<Decoded> => typeOf(facts.of);
    return {
      number,
      absent,
      read: (reader, wire, previous, depth) => {
        const into = facts.repeated || previous === undefined ? type().create() : (previous as Decoded);
        const message = readNested(type(), into, reader, wire, depth);
        return facts.repeated ? append(previous, message) : message;
      },
    };
  }
  const { wire, read } = scalarReader(facts);
  return {
    number,
    absent,
    read: (reader, wireType, previous) => {
      if (!facts.repeated) {
        expectWire(reader, wireType, wire);
        return read(reader);
      }
      if (wireType !== bytesType || wire === bytesType) {
        expectWire(reader, wireType, wire);
        countEntries(reader, 1);
        return append(previous, read(reader));
      }
      const end = reader.uint32() + reader.pos;
      if (end > reader.len) throw new WireError('truncated', 'a field extends beyond the end of the file', reader.pos);
      let values = previous;
      while (reader.pos < end) {
        countEntries(reader, 1);
        values = append(values, read(reader));
      }
      return values;
    },
  };
}

const varintType = 0;
const bytesType = 2;
const fixed32Type = 5;

function scalarReader(facts: FieldFacts): { readonly wire: number; readonly read: (reader: protobuf.Reader) => unknown } {
  switch (facts.kind) {
    case 'float':
      return { wire: fixed32Type, read: (reader) => reader.float() };
    case 'string':
      return { wire: bytesType, read: (reader) => reader.string() };
    case 'bytes':
      return { wire: bytesType, read: (reader) => reader.bytes() };
    case 'bool':
      return { wire: varintType, read: (reader) => reader.bool() };
    case 'enum':
      return { wire: varintType, read: (reader) => enumValue(facts.of, reader.int32()) };
    case 'uint32':
      return { wire: varintType, read: (reader) => reader.uint32() };
    case 'int64':
      return { wire: varintType, read: (reader) => Number(reader.int64()) };
    default:
      return { wire: varintType, read: (reader) => reader.int32() };
  }
}

/** The name of an enum value; `#7` if the table does not have it. */
export function enumValue(name: EnumName, value: number): string {
  return Object.entries<number>(enums[name]).find(([, number]) => number === value)?.[0] ?? `#${value}`;
}

function expectWire(reader: protobuf.Reader, wireType: number, expected: number): void {
  if (wireType !== expected) throw new WireError('malformed', `a field has wire type ${wireType} instead of ${expected}`, reader.pos);
}

/** Appends a value to a list. An empty list is replaced by a new one, because absent fields share one empty list. */
export function append(list: unknown, value: unknown): unknown[] {
  if (!Array.isArray(list) || list.length === 0) return [value];
  list.push(value);
  return list;
}

function pieces(value: unknown): Uint8Array[] {
  return Array.isArray(value) ? value : [];
}
