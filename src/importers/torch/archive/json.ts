import { Budget } from '../../../budget/budget.ts';
import { type NcnnError, ncnnError } from '../../../diagnostics/diagnostic.ts';
import { scanJson } from './jsonScan.ts';

/** A value of JSON as Python writes it: with `NaN` and `Infinity`, and 64-bit integers, which are bigints beyond 2^53. */
export type PythonJson = null | boolean | number | bigint | string | readonly PythonJson[] | PythonJsonObject;

export interface PythonJsonObject {
  readonly [key: string]: PythonJson;
}

/** Maximum nesting; the arguments of a graph are about ten levels deep. */
const maxDepth = 200;

/** Reads JSON as Python's `json` writes it. Throws `NcnnError`: `file-malformed` with the position, `limit-exceeded`. */
export function parsePythonJson(text: string, file: string, budget: Budget = new Budget({}, text.length)): PythonJson {
  const scan = scanJson(text);
  if (scan.isPlain && scan.depth <= maxDepth) {
    budget.spend('entries', scan.values, { file });
    const parsed = parsePlain(text);
    if (parsed !== undefined) return parsed;
    budget.release('entries', scan.values);
  }
  const parser = new JsonParser(text, file, budget);
  const value = parser.value(0);
  parser.finish();
  return value;
}

/** Uses JavaScript's parser, which is much faster; `undefined` for malformed JSON, because that parser does not report the position. */
function parsePlain(text: string): PythonJson | undefined {
  try {
    const value: PythonJson = JSON.parse(text);
    return value;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function isJsonObject(value: PythonJson | undefined): value is PythonJsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const words: ReadonlyMap<string, PythonJson> = new Map<string, PythonJson>([
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

const token = /\s*(?:[{}[\]:,"]|-?(?:(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|[A-Za-z]+))/y;

class JsonParser {
  readonly #text: string;
  readonly #file: string;
  readonly #budget: Budget;
  #at = 0;

  constructor(text: string, file: string, budget: Budget) {
    this.#text = text;
    this.#file = file;
    this.#budget = budget;
  }

  value(depth: number): PythonJson {
    this.#budget.spend('entries', 1, { file: this.#file });
    if (depth > maxDepth) throw this.#malformed(`the JSON is nested deeper than ${maxDepth} levels`);
    const start = this.#at;
    const found = this.#next();
    if (found === '{') return this.#object(depth);
    if (found === '[') return this.#array(depth);
    if (found.startsWith('"')) return unquote(found);
    if (/^-?\d+$/.test(found)) {
      const exact = Number(found);
      return Number.isSafeInteger(exact) ? exact : BigInt(found);
    }
    if (/^-?\d/.test(found)) return Number(found);
    const word = words.get(found);
    if (word !== undefined) return word;
    this.#at = start;
    throw this.#malformed(`expected a value, got ${found}`);
  }

  finish(): void {
    if (this.#text.slice(this.#at).trim() !== '') throw this.#malformed('expected the end of the JSON');
  }

  #array(depth: number): readonly PythonJson[] {
    const items: PythonJson[] = [];
    if (this.#skip(']')) return items;
    do items.push(this.value(depth + 1));
    while (this.#separator(']'));
    return items;
  }

  #object(depth: number): PythonJsonObject {
    const entries: [string, PythonJson][] = [];
    if (this.#skip('}')) return {};
    do {
      const key = this.#next();
      if (!key.startsWith('"')) throw this.#malformed(`expected a key, got ${key}`);
      const colon = this.#next();
      if (colon !== ':') throw this.#malformed(`expected ":", got ${colon}`);
      entries.push([unquote(key), this.value(depth + 1)]);
    } while (this.#separator('}'));
    // `fromEntries` creates an own property for a key like `__proto__`.
    return Object.fromEntries(entries);
  }

  /** Whether another item follows; otherwise the list ends. */
  #separator(end: string): boolean {
    const found = this.#next();
    if (found === ',') return true;
    if (found === end) return false;
    throw this.#malformed(`expected "," or "${end}", got ${found}`);
  }

  #skip(expected: string): boolean {
    const start = this.#at;
    if (this.#next() === expected) return true;
    this.#at = start;
    return false;
  }

  /** The next token; strings include their quotes. */
  #next(): string {
    token.lastIndex = this.#at;
    const match = token.exec(this.#text);
    if (match === null) throw this.#malformed('expected a value of a JSON');
    this.#at = token.lastIndex;
    const found = match[0].trimStart();
    return found === '"' ? this.#string(this.#at - 1) : found;
  }

  #string(start: number): string {
    for (let at = start + 1; at < this.#text.length; at++) {
      const character = this.#text.charAt(at);
      if (character === '"') {
        this.#at = at + 1;
        return this.#text.slice(start, this.#at);
      }
      if (character === '\\') at++;
    }
    throw this.#malformed('a string of the JSON is not terminated');
  }

  #place(): { readonly file: string; readonly line: number; readonly column: number } {
    const before = this.#text.slice(0, this.#at);
    return { file: this.#file, line: before.split('\n').length, column: this.#at - before.lastIndexOf('\n') };
  }

  #malformed(message: string): NcnnError {
    return ncnnError('file-malformed', message, 'Save the model again with torch.', this.#place());
  }
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** The content of a quoted string. */
function unquote(quoted: string): string {
  return quoted
    .slice(1, -1)
    .replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, code: string | undefined, character: string) =>
      code === undefined ? (escapes.get(character) ?? character) : String.fromCharCode(Number.parseInt(code, 16)),
    );
}
