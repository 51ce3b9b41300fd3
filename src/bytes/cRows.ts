/**
 * Bytes as rows of C source: string literals, or numbers. They are generated in pieces of a quarter of a MB, and as bytes rather than
 * strings, because weights can be hundreds of megabytes. Rows are long, because compilers store the position of each line.
 */

/** The possible encodings of a byte: up to four characters, and how many of them are used. */
interface Spelling {
  readonly characters: Uint8Array;
  readonly lengths: Uint8Array;
}

const maxCharacters = 4;
/** Number of bytes per row. */
const rowLength = 1 << 16;

/**
 * Bytes as rows of adjacent string literals: `"\0\17x"`. The result does not depend on the compiler: characters that end a literal, start a
 * trigraph, or are not printable ASCII become octal escapes, with three digits if a digit follows.
 */
export function* literalRows(chunks: Iterable<Uint8Array>): Generator<Uint8Array, void, undefined> {
  const [short, long] = [spell(literalCharacter(1)), spell(literalCharacter(3))];
  for (const row of rowsOf(chunks)) {
    const piece = new Uint8Array(row.length * maxCharacters + 3);
    piece[0] = quotationMark;
    let position = 1;
    for (let index = 0; index < row.length; index++) {
      // A quotation mark follows the row, so an escape cannot run into a digit of the next row.
      const next = row[index + 1] ?? 0;
      const { characters, lengths } = next >= zero && next <= seven ? long : short;
      position = put(piece, position, characters, lengths, row[index] ?? 0);
    }
    piece[position] = quotationMark;
    piece[position + 1] = lineBreak;
    yield piece.subarray(0, position + 2);
  }
}

/** Bytes as decimal numbers, each followed by a comma: `0,15,120,`. */
export function* numberRows(chunks: Iterable<Uint8Array>): Generator<Uint8Array, void, undefined> {
  const { characters, lengths } = spell((byte) => `${byte},`);
  for (const row of rowsOf(chunks)) {
    const piece = new Uint8Array(row.length * maxCharacters + 1);
    let position = 0;
    for (let index = 0; index < row.length; index++) position = put(piece, position, characters, lengths, row[index] ?? 0);
    piece[position] = lineBreak;
    yield piece.subarray(0, position + 1);
  }
}

const [zero, seven, quotationMark, lineBreak] = [0x30, 0x37, 0x22, 0x0a];

function put(target: Uint8Array, position: number, characters: Uint8Array, lengths: Uint8Array, byte: number): number {
  const from = byte * maxCharacters;
  target[position] = characters[from] ?? 0;
  target[position + 1] = characters[from + 1] ?? 0;
  target[position + 2] = characters[from + 2] ?? 0;
  target[position + 3] = characters[from + 3] ?? 0;
  return position + (lengths[byte] ?? 0);
}

/** Rows of equal length. A row that is entirely within a chunk is a view. */
function* rowsOf(chunks: Iterable<Uint8Array>): Generator<Uint8Array, void, undefined> {
  const gathered = new Uint8Array(rowLength);
  let filled = 0;
  for (const chunk of chunks) {
    for (let start = 0; start < chunk.length; ) {
      if (filled === 0 && chunk.length - start >= rowLength) {
        yield chunk.subarray(start, start + rowLength);
        start += rowLength;
        continue;
      }
      const taken = chunk.subarray(start, start + rowLength - filled);
      gathered.set(taken, filled);
      filled += taken.length;
      start += taken.length;
      if (filled < rowLength) continue;
      yield gathered;
      filled = 0;
    }
  }
  if (filled > 0) yield gathered.subarray(0, filled);
}

function spell(write: (byte: number) => string): Spelling {
  const characters = new Uint8Array(256 * maxCharacters);
  const lengths = new Uint8Array(256);
  for (let byte = 0; byte < 256; byte++) {
    const spelled = text(write(byte));
    characters.set(spelled, byte * maxCharacters);
    lengths[byte] = spelled.length;
  }
  return { characters, lengths };
}

/** @param digits minimum number of digits of an escape */
function literalCharacter(digits: number): (byte: number) => string {
  return (byte) => {
    const character = String.fromCharCode(byte);
    return /[ -~]/.test(character) && !/["\\?]/.test(character) ? character : `\\${byte.toString(8).padStart(digits, '0')}`;
  };
}

function text(characters: string): Uint8Array {
  return new TextEncoder().encode(characters);
}
