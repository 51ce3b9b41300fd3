import { SessionError } from '../sessionError.ts';

/** Pixels in rows from the top, each of 1 (gray), 3 (RGB) or 4 (RGBA) bytes; `ImageData` has this form. */
export interface Pixels {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** A source of pixels in a page or in Node. */
export type PixelSource = Pixels | CanvasImageSource;

/** The pixels of a source. Throws {@link SessionError} if it has none, such as a video before it plays. */
export function pixelsOf(source: PixelSource): Pixels {
  if ('data' in source) {
    const pixels = source.width * source.height;
    if (pixels > 0 && [1, 3, 4].includes(source.data.length / pixels)) return source;
    throw new SessionError(
      'input',
      `The image has ${source.data.length} bytes for ${source.width}×${source.height} pixels. Give 1, 3 or 4 bytes a pixel.`,
    );
  }
  const [width, height] = sizeOf(source);
  if (width === 0 || height === 0) throw new SessionError('input', 'The image has no pixels yet. Wait until it is loaded.');
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (context === null) throw new SessionError('input', 'There is no 2D canvas here. Give { data, width, height }.');
  context.drawImage(source, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

/** Width and height in pixels, whose property names depend on the kind of source. */
function sizeOf(source: CanvasImageSource): readonly [width: number, height: number] {
  if ('displayWidth' in source) return [source.displayWidth, source.displayHeight];
  if ('videoWidth' in source) return [source.videoWidth, source.videoHeight];
  if ('naturalWidth' in source) return [source.naturalWidth, source.naturalHeight];
  return [Number(source.width), Number(source.height)];
}
