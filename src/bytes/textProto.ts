/**
 * Reading protobuf's text format (`.prototxt`, `.pbtxt`) into a tree that knows nothing of message types: which names
 * there are and what they mean is up to the reader of the tree, who has line and column of everything.
 */

import { defaultMaxEntries } from './entries.ts';

/** Line and column, from 1; a column counts UTF-16 units. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** `number` covers `inf` and `nan` too where a sign stands in front; without one those are identifiers like any enum. */
export type TextValue = (
  | { readonly kind: 'number'; readonly text: string; readonly value: number }
  | { readonly kind: 'identifier'; readonly text: string }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'message'; readonly message: TextMessage }
) & { readonly position: TextPosition };

export interface TextField {
  /** An extension keeps its brackets: `[package.name]`. */
  readonly name: string;
  /** One value, or those of a list in brackets. */
  readonly values: readonly TextValue[];
  readonly position: TextPosition;
}

/** Fields in the order in which they stand; one that is repeated comes several times. */
export interface TextMessage {
  readonly fields: readonly TextField[];
}

/** The text breaks the rules of the format. The message says what was expected and what was found. */
export class TextProtoError extends Error {
  override readonly name = 'TextProtoError';
  readonly position: TextPosition;
  /** Whether the text is only longer than allowed. */
  readonly isLimit: boolean;

  constructor(message: string, position: TextPosition, isLimit = false) {
    super(message);
    this.position = position;
    this.isLimit = isLimit;
  }
}

/** Depth of nesting that protobuf implementations agree on. */
const depthLimit = 100;

type TokenKind = 'identifier' | 'number' | 'string' | 'symbol' | 'end';

interface Token {
  readonly kind: TokenKind;
  /** As written; of a string without its quotes, escapes undone. */
  readonly text: string;
  readonly offset: number;
}

/** Parses a whole file of at most so many values. Throws {@link TextProtoError}. */
export function parseTextProto(text: string, most: number = defaultMaxEntries): TextMessage {
  const parser = createParser(text, most);
  return parser.message('', 0);
}

interface Parser {
  /** Fields up to the closing mark, or to the end of the file where that is empty. */
  readonly message: (close: string, depth: number) => TextMessage;
}

function createParser(text: string, most: number): Parser {
  let count = 0;
  const positionOf = lineIndex(text);
  let token = nextToken(text, text.startsWith('\ufeff') ? 1 : 0, positionOf);
  let end = token.next;

  const here = (): Token => token.token;
  const fail = (expected: string): never => {
    throw new TextProtoError(`expected ${expected}, found ${describe(here())}`, positionOf(here().offset));
  };
  const advance = (): Token => {
    const { token: current } = token;
    token = nextToken(text, end, positionOf);
    end = token.next;
    return current;
  };
  const at = (symbol: string): boolean => here().kind === 'symbol' && here().text === symbol;
  const accept = (symbol: string): boolean => {
    const found = at(symbol);
    if (found) advance();
    return found;
  };
  const expect = (symbol: string): void => {
    if (!accept(symbol)) fail(`"${symbol}"`);
  };

  const fieldName = (close: string): string => {
    if (here().kind === 'identifier') return advance().text;
    if (!accept('[')) fail(close === '' ? 'the name of a field' : `the name of a field or "${close}"`);
    let name = '';
    while (here().kind === 'identifier' || here().kind === 'number' || at('.') || at('/') || at('-')) name += advance().text;
    if (name === '') fail('the name of an extension');
    expect(']');
    return `[${name}]`;
  };

  const nested = (depth: number): TextValue => {
    const position = positionOf(here().offset);
    const close = accept('<') ? '>' : '}';
    if (close === '}') expect('{');
    if (depth >= depthLimit) throw new TextProtoError(`messages are nested deeper than ${depthLimit}`, position);
    const inner = message(close, depth + 1);
    expect(close);
    return { kind: 'message', message: inner, position };
  };

  const value = (depth: number): TextValue => {
    const position = positionOf(here().offset);
    if (++count > most) throw new TextProtoError(`the file has more than ${most} values`, position, true);
    if (at('{') || at('<')) return nested(depth);
    const sign = accept('-') ? '-' : accept('+') ? '+' : '';
    const { kind, text: written } = here();
    if (kind === 'number' || (sign !== '' && /^(inf(inity)?|nan)$/i.test(written))) {
      const number = numberOf(written);
      if (Number.isNaN(number) && !/^nan$/i.test(written)) fail('a number');
      advance();
      return { kind: 'number', text: `${sign === '-' ? '-' : ''}${written}`, value: sign === '-' ? -number : number, position };
    }
    if (sign !== '') fail('a number');
    if (kind === 'identifier') return { kind: 'identifier', text: advance().text, position };
    if (kind !== 'string') return fail('a value');
    // Strings side by side are one, as in C.
    let joined = '';
    while (here().kind === 'string') joined += advance().text;
    return { kind: 'string', text: joined, position };
  };

  const values = (depth: number): readonly TextValue[] => {
    if (!accept('[')) return [value(depth)];
    const found: TextValue[] = [];
    while (!accept(']')) {
      found.push(value(depth));
      if (!at(']')) {
        if (!at(',')) fail('"," or "]"');
        advance();
      }
    }
    return found;
  };

  function message(close: string, depth: number): TextMessage {
    const fields: TextField[] = [];
    while (close === '' ? here().kind !== 'end' : !at(close)) {
      const position = positionOf(here().offset);
      const name = fieldName(close);
      const colon = accept(':');
      if (!colon && !at('{') && !at('<')) fail(`":" or "{" behind "${name}"`);
      fields.push({ name, values: values(depth), position });
      if (!accept(';')) accept(',');
    }
    return { fields };
  }

  return { message };
}

function describe({ kind, text }: Token): string {
  if (kind === 'end') return 'the end of the file';
  const shown = text.length > 40 ? `${text.slice(0, 37)}…` : text;
  return kind === 'string' ? `the string ${JSON.stringify(shown)}` : JSON.stringify(shown);
}

// Each is tried where a token may begin; sticky, so that nothing of a long file is copied.
const blank = /(?:[ \t\r\n\v\f]|#[^\n]*)*/y;
const identifier = /[A-Za-z_][\w]*/y;
const number = /(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fF]?)/y;
const quoted = /"((?:[^"\\\n]|\\[^\n])*)"|'((?:[^'\\\n]|\\[^\n])*)'/y;

function match(pattern: RegExp, text: string, offset: number): RegExpExecArray | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(text) ?? undefined;
}

function nextToken(
  text: string,
  from: number,
  positionOf: (offset: number) => TextPosition,
): { readonly token: Token; readonly next: number } {
  const offset = from + (match(blank, text, from)?.[0].length ?? 0);
  const make = (kind: TokenKind, written: string, length: number): { readonly token: Token; readonly next: number } => ({
    token: { kind, text: written, offset },
    next: offset + length,
  });
  const first = text[offset];
  if (first === undefined) return make('end', '', 0);
  const word = match(identifier, text, offset);
  if (word !== undefined) return make('identifier', word[0], word[0].length);
  const digits = match(number, text, offset);
  if (digits !== undefined) return make('number', digits[0], digits[0].length);
  if (first === '"' || first === "'") {
    const string = match(quoted, text, offset);
    if (string === undefined) throw new TextProtoError(`expected a closing ${first} on the same line`, positionOf(offset));
    return make('string', undoEscapes(string[1] ?? string[2] ?? ''), string[0].length);
  }
  return make('symbol', first, 1);
}

/** NaN where the text is no number. An integer that starts with 0 is octal, as in C. */
function numberOf(text: string): number {
  const plain = text.toLowerCase();
  if (plain === 'inf' || plain === 'infinity') return Number.POSITIVE_INFINITY;
  if (plain.startsWith('0x')) return Number(plain);
  if (/^0[0-7]+$/.test(plain)) return Number.parseInt(plain, 8);
  return Number(plain.replace(/f$/, ''));
}

const escapes: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

function undoEscapes(text: string): string {
  if (!text.includes('\\')) return text;
  // Escapes stand for bytes, which together are UTF-8.
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  const append = (piece: string): void => {
    for (const byte of encoder.encode(piece)) bytes.push(byte);
  };
  const pattern = /\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|([\s\S]))|([^\\]+)/g;
  for (const [, hex, unit, point, octal, other, plain] of text.matchAll(pattern)) {
    if (hex !== undefined) bytes.push(Number.parseInt(hex, 16));
    else if (octal !== undefined) bytes.push(Number.parseInt(octal, 8) & 255);
    else if (unit !== undefined || point !== undefined) {
      const code = Number.parseInt(unit ?? point ?? '0', 16);
      append(code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code));
    } else append(plain ?? escapes[other ?? ''] ?? other ?? '');
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

/** Looks positions up; the index of lines is made when it is first needed. */
function lineIndex(text: string): (offset: number) => TextPosition {
  let starts: number[] | undefined;
  return (offset) => {
    starts ??= lineStarts(text);
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
