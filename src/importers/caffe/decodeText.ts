import { Budget } from '../../budget/budget.ts';
import {
  parseTextProto,
  type TextField,
  type TextMessage,
  type TextPosition,
  TextProtoError,
  type TextValue,
} from '../../bytes/textProto.ts';
import { closest } from '../../diagnostics/closest.ts';
import { type Diagnostic, diagnostic, NcnnError, ncnnError } from '../../diagnostics/diagnostic.ts';
import { append, enumValue } from './decodeBinary.ts';
import { absentValue, type MessageOf } from './messages.ts';
import { enums } from './schema/enums.ts';
import { ignoredFields } from './schema/ignoredFields.ts';
import { type FieldFacts, type MessageName, messages } from './schema/index.ts';

export interface DecodedText<M extends MessageName> {
  readonly message: MessageOf<M>;
  /** Warnings about unknown fields. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Decodes a text message with the schema table. Throws `NcnnError` (`file-malformed`) with line and column: for the first syntax error, or
 * for every value of the wrong kind.
 */
export function decodeText<M extends MessageName>(
  name: M,
  text: string,
  file: string,
  budget: Budget = new Budget({}, text.length),
): DecodedText<M> {
  const diagnostics: Diagnostic[] = [];
  const message = decode(name, parse(text, file, budget), { line: 1, column: 1 }, file, diagnostics);
  if (diagnostics.some(({ severity }) => severity === 'error')) throw new NcnnError(diagnostics);
  // The type is derived from the same table as the message.
  return { message: message as MessageOf<M>, diagnostics };
}

function parse(text: string, file: string, budget: Budget): TextMessage {
  try {
    return parseTextProto(text, (position) => budget.spend('entries', entriesPerValue, { file, ...position }));
  } catch (error) {
    if (!(error instanceof TextProtoError)) throw error;
    throw ncnnError('file-malformed', `the prototxt cannot be read: ${error.message}`, 'Correct the file at this place.', {
      file,
      ...error.position,
    });
  }
}

/** A value with its position takes as much memory as several values of a binary file. */
const entriesPerValue = 4;

type Decoded = Record<string, unknown>;

function decode(name: MessageName, tree: TextMessage, position: TextPosition, file: string, diagnostics: Diagnostic[]): Decoded {
  const table: Readonly<Record<string, FieldFacts>> = messages[name];
  const decoded: Decoded = { position };
  for (const [field, facts] of Object.entries(table)) decoded[field] = absentValue(facts);
  for (const field of tree.fields) {
    const facts = Object.hasOwn(table, field.name) ? table[field.name] : undefined;
    if (facts === undefined) {
      if (!ignoredFields.test(field.name)) diagnostics.push(unknownField(name, field, table, file));
      continue;
    }
    for (const value of field.values) {
      const read = readValue(facts, field, value, file, diagnostics);
      if (read === undefined) continue;
      const previous = decoded[field.name];
      if (facts.kind === 'packed-float' || facts.kind === 'packed-double' || facts.repeated) {
        if (Array.isArray(previous)) decoded[field.name] = append(previous, read);
      } else decoded[field.name] = read;
    }
  }
  return decoded;
}

function unknownField(message: MessageName, field: TextField, table: object, file: string): Diagnostic {
  const [suggestion] = closest(field.name, Object.keys(table));
  return diagnostic(
    'field-unknown',
    `the field "${field.name}" of ${message} is unknown and ignored`,
    suggestion === undefined ? 'Compare the results with those of the Caffe fork that defines it.' : `Did you mean \`${suggestion}\`?`,
    { file, ...field.position },
  );
}

function readValue(facts: FieldFacts, field: TextField, value: TextValue, file: string, diagnostics: Diagnostic[]): unknown {
  if (facts.kind === 'message' && value.kind === 'message') {
    return decode(facts.of, value.message, field.position, file, diagnostics);
  }
  const read = readers[facts.kind](value, facts);
  if (read !== undefined) return read;
  const found = value.kind === 'message' ? 'a message' : JSON.stringify(value.text);
  const what = `the prototxt cannot be read: expected ${expectation(facts)} for "${field.name}", found ${found}`;
  diagnostics.push(diagnostic('file-malformed', what, 'Correct the file at this place.', { file, ...value.position }));
  return undefined;
}

function expectation(facts: FieldFacts): string {
  if (facts.kind === 'enum') return `one of ${Object.keys(enums[facts.of]).join(', ')}`;
  const names: Partial<Record<FieldFacts['kind'], string>> = {
    float: 'a number',
    'packed-float': 'a number',
    'packed-double': 'a number',
    bool: 'true or false',
    string: 'a string in quotes',
    bytes: 'a string in quotes',
    uint32: 'a non-negative integer',
    message: 'a message in braces',
  };
  return names[facts.kind] ?? 'an integer';
}

/** Reads a value as the kind of the field; `undefined` if it has another kind. */
const readers: Readonly<Record<FieldFacts['kind'], (value: TextValue, facts: FieldFacts) => unknown>> = {
  int32: integer,
  uint32: (value) => {
    const number = integer(value);
    return number === undefined || number < 0 ? undefined : number;
  },
  int64: integer,
  float,
  bool: (value) => {
    if (value.kind === 'number') return value.value === 1 ? true : value.value === 0 ? false : undefined;
    if (value.kind !== 'identifier') return undefined;
    return /^(true|t)$/i.test(value.text) ? true : /^(false|f)$/i.test(value.text) ? false : undefined;
  },
  string: (value) => (value.kind === 'string' ? value.text : undefined),
  bytes: (value) => (value.kind === 'string' ? new TextEncoder().encode(value.text) : undefined),
  'packed-float': (value) => {
    const number = float(value);
    return number === undefined ? undefined : new Uint8Array(Float32Array.of(number).buffer);
  },
  'packed-double': (value) => {
    const number = float(value);
    return number === undefined ? undefined : new Uint8Array(Float64Array.of(number).buffer);
  },
  enum: (value, facts) => {
    if (facts.kind !== 'enum') return undefined;
    if (value.kind === 'number') return enumValue(facts.of, value.value);
    return value.kind === 'identifier' && Object.hasOwn(enums[facts.of], value.text) ? value.text : undefined;
  },
  message: () => undefined,
};

function integer(value: TextValue): number | undefined {
  return value.kind === 'number' && Number.isSafeInteger(value.value) ? value.value : undefined;
}

function float(value: TextValue): number | undefined {
  if (value.kind === 'number') return value.value;
  if (value.kind !== 'identifier') return undefined;
  if (/^inf(inity)?f?$/i.test(value.text)) return Number.POSITIVE_INFINITY;
  return /^nan$/i.test(value.text) ? Number.NaN : undefined;
}
