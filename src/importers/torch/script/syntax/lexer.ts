import { type NcnnError, ncnnError } from '../../../../diagnostics/diagnostic.ts';

export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'symbol' | 'newline' | 'indent' | 'dedent' | 'end';
  /** The text in the file; for a string, its value. */
  readonly text: string;
  readonly at: number;
}

const pattern = /([A-Za-z_]\w*)|((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?j?)|(["'])|(->|[()[\]{},:.=*-])/y;

/** Splits serialized TorchScript into tokens, one per call. Throws `NcnnError` with the line. */
export class Lexer {
  readonly #text: string;
  readonly #file: string;
  #at = 0;
  #brackets = 0;
  /** Whether a line begins here. */
  #isLineStart = true;
  readonly #indents: number[] = [0];
  /** Number of blocks that end before the next token. */
  #dedents = 0;

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
  }

  next(): Token {
    if (this.#isLineStart) {
      const token = this.#startLine();
      if (token !== undefined) return token;
    }
    if (this.#dedents > 0) {
      this.#dedents--;
      return { kind: 'dedent', text: '', at: this.#at };
    }
    this.#skipSpace();
    const at = this.#at;
    const character = this.#text[at];
    if (character === undefined) return this.#end();
    if (character === '\n') {
      this.#at++;
      this.#isLineStart = true;
      return { kind: 'newline', text: '\n', at };
    }
    pattern.lastIndex = at;
    const match = pattern.exec(this.#text);
    if (match === null) throw this.malformed(`unexpected character ${JSON.stringify(character)}`, at);
    this.#at = pattern.lastIndex;
    const [, name, number, quote, symbol = ''] = match;
    if (name !== undefined) return { kind: 'name', text: name, at };
    if (number !== undefined) return { kind: 'number', text: number, at };
    if (quote !== undefined) return { kind: 'string', text: this.#string(quote, at), at };
    if ('([{'.includes(symbol)) this.#brackets++;
    if (')]}'.includes(symbol)) this.#brackets = Math.max(0, this.#brackets - 1);
    return { kind: 'symbol', text: symbol, at };
  }

  malformed(message: string, at: number): NcnnError {
    const before = this.#text.slice(0, at);
    const place = { file: this.#file, line: before.split('\n').length, column: at - before.lastIndexOf('\n') };
    return ncnnError('file-malformed', `the code is not TorchScript: ${message}`, 'Save the model again with torch.jit.save.', place);
  }

  /** Compares the indentation of a line with that of the previous lines. */
  #startLine(): Token | undefined {
    this.#isLineStart = false;
    for (;;) {
      const start = this.#at;
      while (this.#text[this.#at] === ' ') this.#at++;
      if (this.#text[this.#at] === '#') this.#skipComment();
      if (this.#text[this.#at] === '\r') this.#at++;
      if (this.#text[this.#at] !== '\n') return this.#indent(this.#at - start);
      this.#at++;
    }
  }

  #indent(width: number): Token | undefined {
    if (this.#text[this.#at] === undefined) return undefined;
    const current = this.#indents.at(-1) ?? 0;
    if (width > current) {
      this.#indents.push(width);
      return { kind: 'indent', text: '', at: this.#at };
    }
    while (width < (this.#indents.at(-1) ?? 0)) {
      this.#indents.pop();
      this.#dedents++;
    }
    if (width !== this.#indents.at(-1)) throw this.malformed('the indentation matches no earlier line', this.#at);
    return undefined;
  }

  #end(): Token {
    if (this.#indents.length > 1) {
      this.#indents.pop();
      return { kind: 'dedent', text: '', at: this.#at };
    }
    return { kind: 'end', text: '', at: this.#at };
  }

  /** Inside brackets, line breaks are ignored. */
  #skipSpace(): void {
    for (;;) {
      const character = this.#text[this.#at];
      if (character === '#') this.#skipComment();
      else if (character === ' ' || character === '\r' || character === '\t' || (character === '\n' && this.#brackets > 0)) this.#at++;
      else return;
    }
  }

  #skipComment(): void {
    while (this.#at < this.#text.length && this.#text[this.#at] !== '\n') this.#at++;
  }

  #string(quote: string, start: number): string {
    const from = this.#at;
    for (; this.#at < this.#text.length && this.#text[this.#at] !== '\n'; this.#at++) {
      if (this.#text[this.#at] === '\\') this.#at++;
      else if (this.#text[this.#at] === quote) {
        this.#at++;
        return unescapeString(this.#text.slice(from, this.#at - 1));
      }
    }
    throw this.malformed('a string is not terminated', start);
  }
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['a', '\u0007'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);

/** Non-ASCII characters are written as UTF-8 bytes in octal. */
function unescapeString(text: string): string {
  return text.replace(/(?:\\[0-7]{3})+|\\([^0-7])/g, (sequence, character: string | undefined) => {
    if (character !== undefined) return escapes.get(character) ?? character;
    const bytes = sequence
      .split('\\')
      .slice(1)
      .map((octal) => Number.parseInt(octal, 8) & 0xff);
    return new TextDecoder().decode(Uint8Array.from(bytes));
  });
}
