import { type NcnnError, ncnnError } from '../diagnostics/diagnostic.ts';
import type { Picture } from './image.ts';

/** Endings of files that {@link decodePicture} reads; what they are is told by their first bytes. */
export const pictureEndings: readonly string[] = ['.png', '.jpg', '.jpeg'];

/** Largest picture, in millions of pixels: a few bytes can ask for any number. */
const maxMegapixels = 100;

/** Decodes a PNG or JPEG file. Throws `NcnnError` where it is neither, damaged, or too large. */
export async function decodePicture(bytes: Uint8Array, file: string): Promise<Picture> {
  const [first, second, third, fourth] = bytes;
  if (first === 0x89 && second === 0x50 && third === 0x4e && fourth === 0x47) return await decodePng(bytes, file);
  if (first === 0xff && second === 0xd8) return await decodeJpeg(bytes, file);
  throw ncnnError('file-foreign', 'this is neither a PNG nor a JPEG file', 'Save the picture as PNG or JPEG.', { file });
}

async function decodePng(bytes: Uint8Array, file: string): Promise<Picture> {
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength >= 24 && header.getUint32(16) * header.getUint32(20) > maxMegapixels * 1e6) {
    throw ncnnError('limit-exceeded', `the picture has more than ${maxMegapixels} million pixels`, 'Scale it down first.', { file });
  }
  const { convertIndexedToRgb, decode } = await import('fast-png');
  const png = decoded(file, () => decode(bytes));
  const { width, height, depth, palette } = png;
  const count = width * height;
  const data = palette === undefined ? png.data : decoded(file, () => convertIndexedToRgb(png));
  if (palette === undefined && depth < 8) throw undecodable(file, `${depth} bits a pixel without a palette`);
  const channels = palette === undefined ? png.channels : data.length / count;
  const shift = palette === undefined && depth === 16 ? 8 : 0;
  const rgba = new Uint8Array(count * 4);
  for (let pixel = 0; pixel < count; pixel++) {
    const at = (channel: number): number => (data[pixel * channels + channel] ?? 0) >> shift;
    const [red, green, blue] = channels < 3 ? [at(0), at(0), at(0)] : [at(0), at(1), at(2)];
    rgba.set([red, green, blue, channels % 2 === 0 ? at(channels - 1) : 255], pixel * 4);
  }
  return { width, height, rgba };
}

async function decodeJpeg(bytes: Uint8Array, file: string): Promise<Picture> {
  const { decode } = (await import('jpeg-js')).default;
  const options = { useTArray: true, formatAsRGBA: true, maxResolutionInMP: maxMegapixels } as const;
  const { width, height, data } = decoded(file, () => decode(bytes, options));
  return { width, height, rgba: data };
}

/** Runs a decoder; what it throws is about the picture. */
function decoded<T>(file: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    throw undecodable(file, error instanceof Error ? error.message : String(error));
  }
}

function undecodable(file: string, reason: string): NcnnError {
  return ncnnError('file-malformed', `the picture cannot be decoded: ${reason}`, 'Save it again as PNG or JPEG.', { file });
}
