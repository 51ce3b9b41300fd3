import type { OutputTensor } from '../worker/messages.ts';

/** Sizes of an input that has a picture. */
export interface PicturePlane {
  readonly width: number;
  readonly height: number;
}

export type ViewName = 'boxes' | 'heat map' | 'top classes' | 'best of each row' | 'waveform' | 'numbers';

/** Number of elements above which a list is treated as a signal, not as classes. */
const maxClasses = 4096;
/** Minimum width and height of a map. */
const minSide = 4;

/** Sizes of a tensor without the leading ones. */
export function innerShape(shape: readonly number[]): readonly number[] {
  const first = shape.findIndex((size) => size !== 1);
  return first === -1 ? [] : shape.slice(first);
}

/**
 * The views that fit the shape of an output, the likeliest first; `plane` is that of an input with a picture, on which boxes can be drawn.
 */
export function outputViews({ shape, data, columns }: OutputTensor, plane: PicturePlane | undefined): readonly ViewName[] {
  if (columns !== undefined) return plane !== undefined ? ['boxes', 'numbers'] : ['numbers'];
  const inner = innerShape(shape);
  const [rows = 0, columnsCount = 0] = inner.slice(-2);
  if (data.length < 2 || inner.length === 0) return ['numbers'];
  if (inner.length === 1)
    return inner[0] !== undefined && inner[0] <= maxClasses ? ['top classes', 'waveform', 'numbers'] : ['waveform', 'numbers'];
  const isMap = rows >= minSide && columnsCount >= minSide;
  if (!isMap) return inner.length === 2 && rows === 1 ? ['top classes', 'numbers'] : ['numbers', 'heat map'];
  const isOnPicture = plane !== undefined && inner.length === 2 && covers(plane, columnsCount, rows);
  if (isOnPicture && isProbability(data)) return ['boxes', 'heat map', 'numbers'];
  return isDistribution(inner, data) ? ['best of each row', 'heat map', 'numbers'] : ['heat map', 'numbers'];
}

/** Bounds on how much the sides of a map may differ from those of the input, because nets round sizes. */
const [leastRatio, mostRatio] = [0.9, 1.1];

/** Whether a map has the aspect ratio of an input, so that its pixels are positions in the picture. */
function covers({ width, height }: PicturePlane, columns: number, rows: number): boolean {
  const ratio = (columns * height) / (rows * width);
  return ratio >= leastRatio && ratio <= mostRatio;
}

/** Whether each row of a table adds up to 1, as Softmax computes for each step of a sequence. */
function isDistribution(inner: readonly number[], data: OutputTensor['data']): boolean {
  const [rows = 0, columns = 0] = inner;
  if (inner.length !== 2) return false;
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let column = 0; column < columns; column++) sum += data[row * columns + column] ?? 0;
    if (Math.abs(sum - 1) > 1e-2) return false;
  }
  return true;
}

/** Whether all values are from 0 to 1, as those of a map that says where something is. */
function isProbability(data: OutputTensor['data']): boolean {
  return data.every((value) => value >= 0 && value <= 1.0001);
}
