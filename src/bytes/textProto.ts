/**
 * Parses protobuf's text format (`.prototxt`, `.pbtxt`) into a tree that does not depend on message types. The consumer of the tree decides
 * which names exist and what they mean; every node has its line and column.
 */

/** Line and column, starting at 1. Columns count UTF-16 code units. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** `number` includes `inf` and `nan` with a sign; without a sign those are identifiers, like enum values. */
export type TextValue = (
  | { readonly kind: 'number'; readonly text: string; readonly value: number }
  | { readonly kind: 'identifier'; readonly text: string }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'message'; readonly message: TextMessage }
) & { readonly position: TextPosition };

export interface TextField {
  /** An extension includes its brackets: `[package.name]`. */
  readonly name: string;
  /** One value, or the values of a bracketed list. */
  readonly values: readonly TextValue[];
  readonly position: TextPosition;
}

/** Fields in file order. A repeated field is listed once per occurrence. */
export interface TextMessage {
  readonly fields: readonly TextField[];
}

/** A syntax error. The message has the expected and the actual token. */
export class TextProtoError extends Error {
  override readonly name = 'TextProtoError';
  readonly position: TextPosition;

  constructor(message: string, position: TextPosition) {
    super(message);
    this.position = position;
  }
}

/** Nesting limit that is common to protobuf implementations. */
const depthLimit = 100;

type TokenKind = 'identifier' | 'number' | 'string' | 'symbol' | 'end';

interface Token {
  readonly kind: TokenKind;
  /** The source text; for a string, its content without quotes and with escapes resolved. */
  readonly text: string;
  readonly offset: number;
}

/** Parses a whole file. `count` is called before each value. Throws {@link TextProtoError}, and whatever `count` throws. */
export function parseTextProto(text: string, count: (position: TextPosition) => void = () => {}): TextMessage {
  return new TextParser(text, count).message('', 0);
}

class TextParser {
  readonly #text: string;
  readonly #count: (position: TextPosition) => void;
  readonly #positionOf: (offset: number) => TextPosition;
  /** The next token. */
  #token: Token;
  /** Offset after the next token. */
  #end = 0;

  constructor(text: string, count: (position: TextPosition) => void) {
    this.#text = text;
    this.#count = count;
    this.#positionOf = lineIndex(text);
    this.#token = this.#scan(text.startsWith('\ufeff') ? 1 : 0);
  }

  /** Parses fields up to the closing mark, or to the end of the file if the mark is empty. */
  message(close: string, depth: number): TextMessage {
    const fields: TextField[] = [];
    while (close === '' ? this.#token.kind !== 'end' : !this.#at(close)) {
      const position = this.#position();
      const name = this.#fieldName(close);
      const colon = this.#accept(':');
      if (!colon && !this.#at('{') && !this.#at('<')) this.#fail(`":" or "{" after "${name}"`);
      fields.push({ name, values: this.#list(depth), position });
      if (!this.#accept(';')) this.#accept(',');
    }
    return { fields };
  }

  #scan(from: number): Token {
    const { token, next } = nextToken(this.#text, from, this.#positionOf);
    this.#end = next;
    return token;
  }

  #advance(): Token {
    const current = this.#token;
    this.#token = this.#scan(this.#end);
    return current;
  }

  #position(): TextPosition {
    return this.#positionOf(this.#token.offset);
  }

  #fail(expected: string): never {
    throw new TextProtoError(`expected ${expected}, found ${describe(this.#token)}`, this.#position());
  }

  #at(symbol: string): boolean {
    return this.#token.kind === 'symbol' && this.#token.text === symbol;
  }

  #accept(symbol: string): boolean {
    const found = this.#at(symbol);
    if (found) this.#advance();
    return found;
  }

  #expect(symbol: string): void {
    if (!this.#accept(symbol)) this.#fail(`"${symbol}"`);
  }

  #fieldName(close: string): string {
    if (this.#token.kind === 'identifier') return this.#advance().text;
    if (!this.#accept('[')) this.#fail(close === '' ? 'the name of a field' : `the name of a field or "${close}"`);
    let name = '';
    const belongs = (): boolean =>
      this.#token.kind === 'identifier' || this.#token.kind === 'number' || ['.', '/', '-'].some((symbol) => this.#at(symbol));
    while (belongs()) name += this.#advance().text;
    if (name === '') this.#fail('the name of an extension');
    this.#expect(']');
    return `[${name}]`;
  }

  #list(depth: number): readonly TextValue[] {
    if (!this.#accept('[')) return [this.#value(depth)];
    const found: TextValue[] = [];
    while (!this.#accept(']')) {
      found.push(this.#value(depth));
      if (this.#at(']')) continue;
      if (!this.#at(',')) this.#fail('"," or "]"');
      this.#advance();
    }
    return found;
  }

  #value(depth: number): TextValue {
    const position = this.#position();
    this.#count(position);
    if (this.#at('{') || this.#at('<')) return this.#nested(depth);
    const sign = this.#accept('-') ? '-' : this.#accept('+') ? '+' : '';
    const { kind, text: written } = this.#token;
    if (kind === 'number' || (sign !== '' && /^(inf(inity)?|nan)$/i.test(written))) {
      const number = numberOf(written);
      if (Number.isNaN(number) && !/^nan$/i.test(written)) this.#fail('a number');
      this.#advance();
      return { kind: 'number', text: `${sign === '-' ? '-' : ''}${written}`, value: sign === '-' ? -number : number, position };
    }
    if (sign !== '') this.#fail('a number');
    if (kind === 'identifier') return { kind: 'identifier', text: this.#advance().text, position };
    if (kind !== 'string') return this.#fail('a value');
    // Adjacent strings are concatenated, as in C.
    let joined = '';
    while (this.#token.kind === 'string') joined += this.#advance().text;
    return { kind: 'string', text: joined, position };
  }

  #nested(depth: number): TextValue {
    const position = this.#position();
    const close = this.#accept('<') ? '>' : '}';
    if (close === '}') this.#expect('{');
    if (depth >= depthLimit) throw new TextProtoError(`messages are nested deeper than ${depthLimit}`, position);
    const message = this.message(close, depth + 1);
    this.#expect(close);
    return { kind: 'message', message, position };
  }
}

function describe({ kind, text }: Token): string {
  if (kind === 'end') return 'the end of the file';
  const shown = text.length > 40 ? `${text.slice(0, 37)}…` : text;
  return kind === 'string' ? `the string ${JSON.stringify(shown)}` : JSON.stringify(shown);
}

// Matched where a token may begin. They are sticky, so that a long file is not copied.
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

/** NaN if the text is not a number. An integer that starts with 0 is octal, as in C. */
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
  // Escapes denote bytes; all bytes together are UTF-8.
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

/** Converts offsets to positions. The line index is built on first use. */
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
