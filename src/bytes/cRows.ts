/**
 * Bytes as rows of C source: string literals, and numbers. In pieces of a quarter of a MB, made of bytes and never of strings, for weights can be
 * hundreds of megabytes. Rows are long, for a compiler remembers the place of each line.
 */

/** What may follow in the place of a byte: up to four characters, and how many of them count. */
interface Spelling {
  readonly characters: Uint8Array;
  readonly lengths: Uint8Array;
}

const maxCharacters = 4;
/** Bytes of one row. */
const rowLength = 1 << 16;

/**
 * Bytes as string literals, one behind the other in rows: `"\0\17x"`. No compiler sees another character than it should: what ends a literal, begins a
 * trigraph or is not printed in ASCII is an octal escape, of three digits where a digit follows.
 */
export function* literalRows(chunks: Iterable<Uint8Array>): Generator<Uint8Array, void, undefined> {
  const [short, long] = [spell(literalCharacter(1)), spell(literalCharacter(3))];
  for (const row of rowsOf(chunks)) {
    const piece = new Uint8Array(row.length * maxCharacters + 3);
    piece[0] = quotationMark;
    let position = 1;
    for (let index = 0; index < row.length; index++) {
      // Behind the row stands a quotation mark, so that no escape meets a digit of the next one.
      const next = row[index + 1] ?? 0;
      const { characters, lengths } = next >= zero && next <= seven ? long : short;
      position = put(piece, position, characters, lengths, row[index] ?? 0);
    }
    piece[position] = quotationMark;
    piece[position + 1] = lineBreak;
    yield piece.subarray(0, position + 2);
  }
}

/** Bytes as decimal numbers with a comma behind each: `0,15,120,`. */
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

/** Rows of equal length, views where a chunk has them whole. */
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

/** @param digits how many an escape has at least */
function literalCharacter(digits: number): (byte: number) => string {
  return (byte) => {
    const character = String.fromCharCode(byte);
    return /[ -~]/.test(character) && !/["\\?]/.test(character) ? character : `\\${byte.toString(8).padStart(digits, '0')}`;
  };
}

function text(characters: string): Uint8Array {
  return new TextEncoder().encode(characters);
}
