/** Longest name of a layer or blob that ncnn reads, in bytes of UTF-8. */
export const maxNameLength = 255;

// White space in C, the end of a C string, and halves of characters, which UTF-8 cannot tell apart.
const illegal = /[ \t\n\v\f\r\0]|\p{Surrogate}/u;

/** Whether ncnn reads the name back as it is. */
export function isLegalName(name: string): boolean {
  return name !== '' && !illegal.test(name) && fits(name, maxNameLength);
}

/** As many whole characters of a name as fit into a number of bytes. */
export function shortenName(name: string, maxBytes: number): string {
  if (fits(name, maxBytes)) return name;
  let kept = '';
  let size = 0;
  for (const character of name) {
    size += byteLength(character);
    if (size > maxBytes) break;
    kept += character;
  }
  return kept;
}

function fits(name: string, maxBytes: number): boolean {
  // No unit of UTF-16 takes more than three bytes.
  return name.length * 3 <= maxBytes || byteLength(name) <= maxBytes;
}

const encoder = new TextEncoder();

function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** Hands out names that are all different, with a number appended to one that is taken. */
export class UniqueNames {
  readonly #taken: Set<string>;
  readonly #maxBytes: number;
  /** The last number appended to each name. */
  readonly #numbers = new Map<string, number>();

  constructor(taken: Iterable<string> = [], maxBytes: number = Number.POSITIVE_INFINITY) {
    this.#taken = new Set(taken);
    this.#maxBytes = maxBytes;
  }

  /** A name with a suffix, shortened in front of the suffix where it is too long. */
  next(name: string, suffix = ''): string {
    const wanted = `${name}${suffix}`;
    let number = this.#numbers.get(wanted) ?? 0;
    let unique = this.#shortened(name, suffix);
    while (this.#taken.has(unique)) unique = this.#shortened(name, `${suffix}_${++number}`);
    this.#numbers.set(wanted, number);
    this.#taken.add(unique);
    return unique;
  }

  #shortened(name: string, suffix: string): string {
    return `${shortenName(name, this.#maxBytes - suffix.length)}${suffix}`;
  }
}
