/** Copies pieces of bytes, of a known total length, into a new array. */
export function joinPieces(pieces: Iterable<Uint8Array>, length: number): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const piece of pieces) {
    joined.set(piece, offset);
    offset += piece.byteLength;
  }
  return joined;
}
