import { OperatorError } from '../../graph/ir/operator.ts';

/**
 * The attributes of a symbol node. They are strings in Python or C syntax: `(3, 3)`, `[3,3]`, `3`, `3L`, `True`, `1`, `None`. A missing or
 * `None` attribute has the default of its operator. Throws `OperatorError` if a string cannot be parsed as the requested type.
 */
export class SymbolAttributes {
  readonly #texts: ReadonlyMap<string, string>;

  constructor(texts: ReadonlyMap<string, string>) {
    this.#texts = texts;
  }

  /** The string itself; `undefined` if it is missing or `None`. */
  text(name: string): string | undefined {
    const text = this.#texts.get(name)?.trim();
    return text === undefined || text === 'None' || text === 'null' ? undefined : text;
  }

  /** One of several keywords. */
  choice<T extends string>(name: string, words: readonly T[], fallback: T): T {
    const text = this.text(name)?.replace(/^(['"])(.*)\1$/, '$2');
    if (text === undefined) return fallback;
    const found = words.find((word) => word === text);
    if (found === undefined) throw new OperatorError('unsupported', `\`${name}\` must be one of ${words.join(', ')}, got ${text}`);
    return found;
  }

  boolean(name: string, fallback: boolean): boolean {
    const text = this.text(name)?.toLowerCase();
    if (text === undefined) return fallback;
    if (text === 'true' || text === '1') return true;
    if (text === 'false' || text === '0') return false;
    throw unreadable(name, text, 'a boolean');
  }

  /** A number, including `inf` and `nan`. */
  number<T>(name: string, fallback: T): number | T {
    const text = this.text(name);
    return text === undefined ? fallback : numberOf(name, text);
  }

  integer<T>(name: string, fallback: T): number | T {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const value = /^(true|false)$/i.test(text) ? Number(text.toLowerCase() === 'true') : numberOf(name, text);
    if (!Number.isSafeInteger(value)) throw unreadable(name, text, 'an integer');
    return value;
  }

  /** A tuple of integers. A single number counts as a tuple of one. */
  integers<T>(name: string, fallback: T): readonly number[] | T {
    return this.#list(name, fallback, (entry) => integerOf(name, entry));
  }

  /** A tuple of integers, where `None` is an omitted entry. */
  optionalIntegers<T>(name: string, fallback: T): readonly (number | undefined)[] | T {
    return this.#list(name, fallback, (entry) => (entry === 'None' ? undefined : integerOf(name, entry)));
  }

  numbers<T>(name: string, fallback: T): readonly number[] | T {
    return this.#list(name, fallback, (entry) => numberOf(name, entry));
  }

  #list<E, T>(name: string, fallback: T, read: (entry: string) => E): readonly E[] | T {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const inner = text.replace(/^[([]\s*|\s*[)\]]$/g, '');
    return inner.split(',').flatMap((entry) => (entry.trim() === '' ? [] : [read(entry.trim())]));
  }
}

function numberOf(name: string, text: string): number {
  const plain = text.replace(/[Lf]$/, '');
  const value = /^[-+]?(inf|infinity)$/i.test(text) ? (text.startsWith('-') ? -1 : 1) * Number.POSITIVE_INFINITY : Number(plain);
  if (plain === '' || (Number.isNaN(value) && !/^[-+]?nan$/i.test(text))) throw unreadable(name, text, 'a number');
  return value;
}

function integerOf(name: string, text: string): number {
  const value = numberOf(name, text);
  if (!Number.isSafeInteger(value)) throw unreadable(name, text, 'an integer');
  return value;
}

function unreadable(name: string, text: string, what: string): OperatorError {
  return new OperatorError('invalid', `\`${name}=${text}\` is not ${what}`);
}
