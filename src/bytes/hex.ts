/**
 * Bytes as the rows of a C array: `0x00,0xff,…`, sixteen per row, in the format of ncnn2mem. They are generated in pieces of a quarter of a
 * MB, and as bytes rather than strings, because weights can be hundreds of megabytes. A full row ends with a line break, including the last
 * one.
 */
export function* hexRows(chunks: Iterable<Uint8Array>): Generator<Uint8Array, void, undefined> {
  // A piece starts as rows of zeros and only the digits are filled in, which is the main reason for its speed.
  const blank = encoder.encode(`${'0x00,'.repeat(rowLength)}\n`.repeat(rowsInPiece));
  const high = digits((byte) => byte >> 4);
  const low = digits((byte) => byte & 15);
  let output = blank.slice();
  let position = firstDigit;
  let column = 0;
  for (const chunk of chunks) {
    for (let index = 0; index < chunk.length; index++) {
      const byte = chunk[index] ?? 0;
      output[position] = high[byte] ?? 0;
      output[position + 1] = low[byte] ?? 0;
      position += bytesPerNumber;
      column++;
      if (column < rowLength) continue;
      column = 0;
      position++;
      if (position < output.length) continue;
      yield output;
      output = blank.slice();
      position = firstDigit;
    }
  }
  if (position > firstDigit) yield output.subarray(0, position - firstDigit);
}

const encoder = new TextEncoder();
const rowLength = 16;
const rowsInPiece = 3240;
const bytesPerNumber = 5;
/** Offset of the first digit, after `0x`. */
const firstDigit = 2;

/** For each byte, the ASCII code of one of its hexadecimal digits. */
function digits(nibble: (byte: number) => number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => nibble(byte).toString(16).charCodeAt(0));
}
