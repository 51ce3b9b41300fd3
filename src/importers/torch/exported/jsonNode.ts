import { type NcnnError, ncnnError } from '../../../diagnostics/diagnostic.ts';
import { isJsonObject, type PythonJson } from '../archive/json.ts';

/** A JSON value with its path, so that messages can name the unexpected part. */
export class JsonNode {
  readonly value: PythonJson | undefined;
  readonly #path: string;
  readonly #file: string;

  constructor(value: PythonJson | undefined, file: string, path = '') {
    this.value = value;
    this.#file = file;
    this.#path = path;
  }

  /** Whether there is a value other than `null`. */
  get isPresent(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  /** The value of a key; absent if there is none. Throws if this is not an object. */
  get(key: string): JsonNode {
    if (!isJsonObject(this.value)) throw this.malformed('an object');
    return new JsonNode(Object.hasOwn(this.value, key) ? this.value[key] : undefined, this.#file, `${this.#path}.${key}`);
  }

  /** The keys and values of an object. */
  entries(): readonly (readonly [string, JsonNode])[] {
    if (!isJsonObject(this.value)) throw this.malformed('an object');
    return Object.keys(this.value).map((key) => [key, this.get(key)]);
  }

  /** The only key of an object with a value, and that value; unions have this form. */
  variant(): readonly [string, JsonNode] {
    const [only, ...more] = this.entries().filter(([, node]) => node.value !== null);
    if (only === undefined || more.length > 0) throw this.malformed('an object with one entry');
    return only;
  }

  /** The values of a list. */
  items(): readonly JsonNode[] {
    if (!isList(this.value)) throw this.malformed('a list');
    return this.value.map((entry, index) => new JsonNode(entry, this.#file, `${this.#path}[${index}]`));
  }

  string(): string {
    if (typeof this.value !== 'string') throw this.malformed('a string');
    return this.value;
  }

  /** A number; numbers that JSON cannot represent are strings. */
  number(): number {
    const { value } = this;
    if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
    if (value === 'Infinity' || value === '-Infinity' || value === 'NaN') return Number(value);
    throw this.malformed('a number');
  }

  integer(): number | bigint {
    const { value } = this;
    if (typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))) return value;
    throw this.malformed('an integer');
  }

  bool(): boolean {
    if (typeof this.value !== 'boolean') throw this.malformed('a bool');
    return this.value;
  }

  malformed(expected: string): NcnnError {
    const actual = this.value === undefined ? 'missing' : describe(this.value);
    const message = `\`${this.#path.replace(/^\./, '')}\` of the program is ${actual}, expected ${expected}`;
    return ncnnError('file-malformed', message, 'Export the model again.', { file: this.#file });
  }
}

function isList(value: PythonJson | undefined): value is readonly PythonJson[] {
  return Array.isArray(value);
}

function describe(value: PythonJson): string {
  if (isList(value)) return 'a list';
  if (isJsonObject(value)) return `an object with ${Object.keys(value).slice(0, 4).join(', ') || 'nothing'}`;
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : String(value);
}
