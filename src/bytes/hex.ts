/**
 * Bytes as the rows of a C array: `0x00,0xff,…`, sixteen in a row, as ncnn2mem writes them. In pieces of about 1 MB, made of
 * bytes and never of strings, for weights can be hundreds of megabytes. A row that is full ends with a line break, also the last.
 */
export function* hexRows(chunks: Iterable<Uint8Array>): Generator<Uint8Array, void, undefined> {
  const digits = hexPairs();
  let output = new Uint8Array(pieceSize);
  let length = 0;
  let column = 0;
  for (const chunk of chunks) {
    for (let index = 0; index < chunk.length; index++) {
      if (length + bytesPerNumber + 1 > pieceSize) {
        yield output.subarray(0, length);
        output = new Uint8Array(pieceSize);
        length = 0;
      }
      const byte = chunk[index] ?? 0;
      const pair = digits[byte] ?? 0;
      output[length] = zero;
      output[length + 1] = letterX;
      output[length + 2] = pair >> 8;
      output[length + 3] = pair & 0xff;
      output[length + 4] = comma;
      length += bytesPerNumber;
      column++;
      if (column === rowLength) {
        output[length++] = lineBreak;
        column = 0;
      }
    }
  }
  if (length > 0) yield output.subarray(0, length);
}

const rowLength = 16;
const bytesPerNumber = 5;
const pieceSize = 1 << 20;
const zero = 0x30;
const letterX = 0x78;
const comma = 0x2c;
const lineBreak = 0x0a;

/** Both digits of each byte, as two ASCII codes in 16 bits. */
function hexPairs(): Uint16Array {
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    const text = byte.toString(16).padStart(2, '0');
    return (text.charCodeAt(0) << 8) | text.charCodeAt(1);
  });
}
