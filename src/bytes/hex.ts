/**
 * Bytes as the rows of a C array: `0x00,0xff,…`, sixteen per row, in the format of ncnn2mem. They are generated in pieces of a quarter of a
 * MB, and as bytes rather than strings, because weights can be hundreds of megabytes. A full row ends with a line break, including the last
 * one.
 */
export function* hexRows(chunks: Iterable<Uint8Array>): Generator<Uint8Array, void, undefined> {
  // A piece starts as rows of zeros and only the digits are filled in, both digits of a byte at once, which is the main reason for its speed.
  const blank = encoder.encode(`${'0x00,'.repeat(rowLength)}\n`.repeat(rowsInPiece));
  const digits = Uint16Array.from({ length: 256 }, (_, byte) => digitsOf(byte));
  let output = blank.slice();
  let view = new DataView(output.buffer);
  let position = firstDigit;
  let column = 0;
  for (const chunk of chunks) {
    for (let index = 0; index < chunk.length; ) {
      const start = index;
      const end = Math.min(chunk.length, index + rowLength - column);
      for (; index < end; index++, position += bytesPerNumber) view.setUint16(position, digits[chunk[index] ?? 0] ?? 0);
      column += end - start;
      if (column < rowLength) continue;
      column = 0;
      position++;
      if (position < output.length) continue;
      yield output;
      output = blank.slice();
      view = new DataView(output.buffer);
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

/** The ASCII codes of the two hexadecimal digits of a byte, the higher one first. */
function digitsOf(byte: number): number {
  const digits = byte.toString(16).padStart(2, '0');
  return (digits.charCodeAt(0) << 8) | digits.charCodeAt(1);
}
