/** Maximum length in UTF-8 bytes of a layer or blob name that ncnn reads. */
export const maxNameLength = 255;

// White space in C, the terminator of a C string, and lone surrogates, which all become the same character in UTF-8.
const illegal = /[ \t\n\v\f\r\0]|\p{Surrogate}/u;

/** Whether ncnn reads a name back unchanged. */
export function isLegalName(name: string): boolean {
  return name !== '' && !illegal.test(name) && fits(name, maxNameLength);
}

/** The longest prefix of whole characters that fits in `maxBytes` bytes of UTF-8. */
export function shortenName(name: string, maxBytes: number): string {
  if (fits(name, maxBytes)) return name;
  let prefix = '';
  let size = 0;
  for (const character of name) {
    size += byteLength(character);
    if (size > maxBytes) break;
    prefix += character;
  }
  return prefix;
}

function fits(name: string, maxBytes: number): boolean {
  // A UTF-16 code unit takes at most three bytes in UTF-8.
  return name.length * 3 <= maxBytes || byteLength(name) <= maxBytes;
}

const encoder = new TextEncoder();

function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** Generates unique names by appending a number to names that are already used. */
export class UniqueNames {
  readonly #taken: Set<string>;
  readonly #maxBytes: number;
  /** The last number appended to each name. */
  readonly #numbers = new Map<string, number>();

  constructor(taken: Iterable<string> = [], maxBytes: number = Number.POSITIVE_INFINITY) {
    this.#taken = new Set(taken);
    this.#maxBytes = maxBytes;
  }

  /** A unique name with a suffix; the part before the suffix is shortened if necessary. */
  next(name: string, suffix = ''): string {
    const preferred = `${name}${suffix}`;
    let number = this.#numbers.get(preferred) ?? 0;
    let unique = this.#shortened(name, suffix);
    while (this.#taken.has(unique)) unique = this.#shortened(name, `${suffix}_${++number}`);
    this.#numbers.set(preferred, number);
    this.#taken.add(unique);
    return unique;
  }

  #shortened(name: string, suffix: string): string {
    return `${shortenName(name, this.#maxBytes - suffix.length)}${suffix}`;
  }
}

/** Generators of names that no blob, and no layer, of a net has. */
export interface NetNames {
  readonly blobNames: UniqueNames;
  readonly layerNames: UniqueNames;
}

/** The generators for new blobs and layers of a net with these layers. */
export function namesBeside(layers: readonly { readonly name: string; readonly tops: readonly string[] }[]): NetNames {
  const blobs = layers.flatMap(({ tops }) => tops);
  const names = layers.map(({ name }) => name);
  return { blobNames: new UniqueNames(blobs, maxNameLength), layerNames: new UniqueNames(names, maxNameLength) };
}
