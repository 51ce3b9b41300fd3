import type { Budget } from '../../../../budget/budget.ts';
import type { NcnnError } from '../../../../diagnostics/diagnostic.ts';
import { Lexer, type Token } from './lexer.ts';

/** Maximum nesting of expressions and blocks. */
const maxDepth = 200;

/** The tokens of a file with a lookahead of one, and the limits on the syntax tree. */
export class TokenReader {
  readonly #lexer: Lexer;
  readonly #file: string;
  readonly #budget: Budget;
  #next: Token;
  #depth = 0;

  constructor(text: string, file: string, budget: Budget) {
    this.#lexer = new Lexer(text, file);
    this.#file = file;
    this.#budget = budget;
    this.#next = this.#lexer.next();
  }

  /** The next token. */
  get peek(): Token {
    return this.#next;
  }

  take(): Token {
    const token = this.#next;
    this.#budget.spend('entries', 1, { file: this.#file });
    if (token.kind !== 'end') this.#next = this.#lexer.next();
    return token;
  }

  /** Whether the next token is a given symbol or word. */
  at(text: string): boolean {
    return (this.#next.kind === 'symbol' || this.#next.kind === 'name') && this.#next.text === text;
  }

  /** Whether the next token has a given kind. */
  is(kind: Token['kind']): boolean {
    return this.#next.kind === kind;
  }

  /** Consumes a symbol or word if it is next. */
  accept(text: string): boolean {
    if (!this.at(text)) return false;
    this.take();
    return true;
  }

  expect(text: string): Token {
    if (!this.at(text)) throw this.unexpected(`"${text}"`);
    return this.take();
  }

  expectKind(kind: Token['kind']): Token {
    if (this.#next.kind !== kind) throw this.unexpected(`a ${kind}`);
    return this.take();
  }

  /** A statement ends with its line, and the last one with the file. */
  endLine(): void {
    if (!this.is('end') && !this.is('dedent')) this.expectKind('newline');
  }

  /** Parses something that may be nested. */
  nested<T>(read: () => T): T {
    this.checkDepth(++this.#depth);
    const result = read();
    this.#depth--;
    return result;
  }

  checkDepth(depth: number): void {
    if (depth > maxDepth) throw this.#lexer.malformed(`the code is nested deeper than ${maxDepth} levels`, this.#next.at);
  }

  unexpected(expected: string): NcnnError {
    const { kind, text, at } = this.#next;
    const found = kind === 'name' || kind === 'number' || kind === 'symbol' ? `"${text}"` : `a ${kind}`;
    return this.#lexer.malformed(`expected ${expected}, got ${found}`, at);
  }
}
