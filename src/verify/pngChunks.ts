import { Unzlib } from 'fflate';
import { joinPieces } from '../bytes/join.ts';

/** What a PNG file declares about its pixels. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bytes per stored pixel, which can be a fraction. */
  readonly pixelBytes: number;
}

interface Chunk {
  readonly type: string;
  /** The whole chunk, with its length and checksum. */
  readonly bytes: Uint8Array;
  readonly data: Uint8Array;
}

/** Channels by the color type. */
const channels: Readonly<Partial<Record<number, number>>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

const signatureLength = 8;
/** Chunks needed to decode the pixels. Others can contain compressed text and profiles of any size. */
const pixelChunks: readonly string[] = ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'];

/** The header; `undefined` if the file does not start with one. */
export function readPngHeader(bytes: Uint8Array): PngHeader | undefined {
  const [first] = chunksOf(bytes);
  if (first?.type !== 'IHDR' || first.data.byteLength < 13) return undefined;
  const view = new DataView(first.data.buffer, first.data.byteOffset, first.data.byteLength);
  const depth = view.getUint8(8);
  return { width: view.getUint32(0), height: view.getUint32(4), pixelBytes: ((channels[view.getUint8(9)] ?? 4) * depth) / 8 };
}

/**
 * Whether the file contains more pixels than its header declares; they are inflated in pieces to count them. Rethrows the exceptions of
 * fflate.
 */
export function unpacksBeyondHeader(bytes: Uint8Array, { width, height, pixelBytes }: PngHeader): boolean {
  // Each row has a byte for its filter; an interlaced picture has rows of partial pixels.
  const maxBytes = 2 * width * height * pixelBytes + 16 * height + 64;
  let size = 0;
  const inflator = new Unzlib((piece) => {
    size += piece.byteLength;
  });
  for (const { type, data } of chunksOf(bytes)) {
    if (type !== 'IDAT') continue;
    for (let at = 0; at < data.byteLength && size <= maxBytes; at += pieceBytes) inflator.push(data.subarray(at, at + pieceBytes));
  }
  return size > maxBytes;
}

/** Deflate expands one byte to at most about a thousand. */
const pieceBytes = 1 << 12;

/** The file reduced to one header and the chunks of its pixels. */
export function withPixelsOnly(bytes: Uint8Array): Uint8Array {
  const pixelParts = [...chunksOf(bytes)].filter(({ type }, index) => pixelChunks.includes(type) && (type !== 'IHDR' || index === 0));
  const parts = [bytes.subarray(0, signatureLength), ...pixelParts.map((chunk) => chunk.bytes)];
  return joinPieces(
    parts,
    parts.reduce((sum, part) => sum + part.byteLength, 0),
  );
}

/** The chunks up to the end, or up to a truncated one. */
function* chunksOf(bytes: Uint8Array): Generator<Chunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = signatureLength; at + 12 <= bytes.byteLength; ) {
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.byteLength) return;
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    yield { type, bytes: bytes.subarray(at, end), data: bytes.subarray(at + 8, end - 4) };
    if (type === 'IEND') return;
    at = end;
  }
}
