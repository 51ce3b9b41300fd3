import type { Pixels } from './pixels.ts';

/** The position and scale of an image in an input. */
export interface Placement {
  readonly scaleX: number;
  readonly scaleY: number;
  readonly left: number;
  readonly top: number;
}

/** Places an image in an input of another size. */
export function place(image: Pixels, height: number, width: number, resize: 'fit' | 'cover' | 'letterbox'): Placement {
  const [scaleX, scaleY] = [width / image.width, height / image.height];
  if (resize === 'fit') return { scaleX, scaleY, left: 0, top: 0 };
  const scale = (resize === 'cover' ? Math.max : Math.min)(scaleX, scaleY);
  return { scaleX: scale, scaleY: scale, left: (width - image.width * scale) / 2, top: (height - image.height * scale) / 2 };
}

/**
 * Calls `write` with the value of each pixel of the input, by its index: a sum of red, green and blue with `weights`, or `pad` outside of
 * the image.
 */
export function resample(
  { data, width, height }: Pixels,
  weights: readonly number[],
  { scaleX, scaleY, left, top }: Placement,
  rows: number,
  columns: number,
  pad: number,
  write: (index: number, value: number) => void,
): void {
  const step = data.length / (width * height);
  const [red = 0, green = 0, blue = 0] = weights;
  const color = step === 1 ? 0 : 1;
  const at = (pixel: number): number => {
    const start = pixel * step;
    return red * (data[start] ?? 0) + green * (data[start + color] ?? 0) + blue * (data[start + 2 * color] ?? 0);
  };
  // For each column: the pixels to its left and right, and the weight of the right one.
  const across = Array.from({ length: columns }, (_, column) => neighbors((column + 0.5 - left) / scaleX, width));
  for (let row = 0; row < rows; row++) {
    const vertical = neighbors((row + 0.5 - top) / scaleY, height);
    for (let column = 0; column < columns; column++) {
      const horizontal = across[column];
      let value = pad;
      if (vertical !== undefined && horizontal !== undefined) {
        const [above, below, down] = vertical;
        const [before, behind, right] = horizontal;
        const upper = at(above * width + before) * (1 - right) + at(above * width + behind) * right;
        const lower = at(below * width + before) * (1 - right) + at(below * width + behind) * right;
        value = upper * (1 - down) + lower * down;
      }
      write(row * columns + column, value);
    }
  }
}

/** The two pixels around a position, and the weight of the second; `undefined` outside of the image. */
function neighbors(position: number, size: number): readonly [number, number, number] | undefined {
  if (position < 0 || position > size) return undefined;
  const center = Math.min(Math.max(position - 0.5, 0), size - 1);
  const first = Math.floor(center);
  return [first, Math.min(first + 1, size - 1), center - first];
}
