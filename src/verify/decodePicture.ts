import { type NcnnError, ncnnError } from '../diagnostics/diagnostic.ts';
import type { Picture } from './image.ts';

/** File extensions that {@link decodePicture} reads; the format is detected from the first bytes. */
export const pictureEndings: readonly string[] = ['.png', '.jpg', '.jpeg'];

/** Maximum size of the pixels for a file of a given size, because a few bytes can declare any number of pixels. */
function maxPixelBytes({ byteLength }: Uint8Array): number {
  return 2 ** 25 + 4 * byteLength;
}

/** Bytes per decoded pixel. */
const decodedBytes = 4;

/** Decodes a PNG or JPEG file. Throws `NcnnError` if it is neither, is damaged or is too large. */
export async function decodePicture(bytes: Uint8Array, file: string): Promise<Picture> {
  const [first, second, third, fourth] = bytes;
  if (first === 0x89 && second === 0x50 && third === 0x4e && fourth === 0x47) return await decodePng(bytes, file);
  if (first === 0xff && second === 0xd8) return await decodeJpeg(bytes, file);
  throw ncnnError('file-foreign', 'not a PNG or JPEG file', 'Save the picture as PNG or JPEG.', { file });
}

async function decodePng(bytes: Uint8Array, file: string): Promise<Picture> {
  const { readPngHeader, unpacksBeyondHeader, withPixelsOnly } = await import('./pngChunks.ts');
  const header = readPngHeader(bytes);
  if (header === undefined) throw undecodable(file, 'the header is missing');
  const { width, height, pixelBytes } = header;
  const maxBytes = maxPixelBytes(bytes);
  if (width * height * Math.max(decodedBytes, pixelBytes) > maxBytes) throw tooLarge(file, maxBytes);
  if (decoded(file, () => unpacksBeyondHeader(bytes, header))) throw undecodable(file, 'more pixels than the header declares');
  const { convertIndexedToRgb, decode } = await import('fast-png');
  const png = decoded(file, () => decode(withPixelsOnly(bytes)));
  const { depth, palette } = png;
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
  const maxBytes = maxPixelBytes(bytes);
  const maxResolutionInMP = maxBytes / decodedBytes / 1e6;
  const maxMemoryUsageInMB = (jpegCopies * maxBytes) / 2 ** 20;
  const options = { useTArray: true, formatAsRGBA: true, maxResolutionInMP, maxMemoryUsageInMB } as const;
  const { width, height, data } = decoded(
    file,
    () => decode(bytes, options),
    (message) => (/limit exceeded/i.test(message) ? tooLarge(file, maxBytes) : undefined),
  );
  return { width, height, rgba: data };
}

/** Memory that jpeg-js uses, in multiples of the decoded picture. */
const jpegCopies = 6;

/** Runs a decoder; its exceptions become errors about the picture. */
function decoded<T>(file: string, decode: () => T, errorOf: (message: string) => NcnnError | undefined = () => undefined): T {
  try {
    return decode();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw errorOf(message) ?? undecodable(file, message);
  }
}

function tooLarge(file: string, bytes: number): NcnnError {
  const millions = (bytes / decodedBytes / 1e6).toFixed(1);
  return ncnnError('limit-exceeded', `the picture has more than ${millions} million pixels`, 'Scale it down first.', { file });
}

function undecodable(file: string, reason: string): NcnnError {
  return ncnnError('file-malformed', `the picture cannot be decoded: ${reason}`, 'Save it again as PNG or JPEG.', { file });
}
