import type { Placement } from '../../../../src/runtime/image/resample.ts';
import type { OutputTensor } from '../../worker/messages.ts';

/** A box in pixels of the picture. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly label: string;
}

/** A map of a picture, in rows from the top. */
export interface ProbabilityMap {
  readonly data: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
}

/** A pixel of a map at or above this value belongs to an object. */
const threshold = 0.3;
/** Minimum number of pixels of a box; anything smaller is noise. */
const minArea = 16;
/** Nets for text shrink lines so that neighbors stay apart: boxes are made larger by this share of their shorter side. */
const margin = 0.75;

/** Boxes around the connected parts of a map, in its pixels; the label is the mean of the map in it. */
export function mapBoxes({ data, width, height }: ProbabilityMap): readonly Box[] {
  const seen = new Uint8Array(width * height);
  const boxes: Box[] = [];
  for (let start = 0; start < seen.length; start++) {
    if (seen[start] === 1 || (data[start] ?? 0) < threshold) continue;
    const { left, top, right, bottom, area, sum } = partFrom(start, { data, width, height }, seen);
    if (area < minArea) continue;
    const more = margin * Math.min(right - left, bottom - top);
    boxes.push({
      left: Math.max(0, left - more),
      top: Math.max(0, top - more),
      right: Math.min(width, right + more),
      bottom: Math.min(height, bottom + more),
      label: (sum / area).toFixed(2),
    });
  }
  return boxes;
}

/** The part of a map that is connected with a pixel. */
function partFrom(start: number, { data, width, height }: ProbabilityMap, seen: Uint8Array) {
  const part = { left: width, top: height, right: 0, bottom: 0, area: 0, sum: 0 };
  const open = [start];
  seen[start] = 1;
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const [x, y] = [at % width, Math.floor(at / width)];
    part.area++;
    part.sum += data[at] ?? 0;
    part.left = Math.min(part.left, x);
    part.right = Math.max(part.right, x + 1);
    part.top = Math.min(part.top, y);
    part.bottom = Math.max(part.bottom, y + 1);
    const neighbors = [x > 0 ? at - 1 : -1, x + 1 < width ? at + 1 : -1, at - width, y + 1 < height ? at + width : -1];
    for (const next of neighbors) {
      if (next < 0 || seen[next] === 1 || (data[next] ?? 0) < threshold) continue;
      seen[next] = 1;
      open.push(next);
    }
  }
  return part;
}

/** A picture and where it is in the input. */
export interface PlacedPicture {
  readonly width: number;
  readonly height: number;
  readonly placement: Placement;
}

/** Sizes of the input that a picture is in. */
export function inputPlane({ width, height, placement }: PlacedPicture): { readonly width: number; readonly height: number } {
  const { scaleX, scaleY, left, top } = placement;
  return { width: width * scaleX + 2 * left, height: height * scaleY + 2 * top };
}

/** Boxes in pixels of a map that covers the input, in pixels of the picture. */
export function onPicture(boxes: readonly Box[], map: Pick<ProbabilityMap, 'width' | 'height'>, picture: PlacedPicture): readonly Box[] {
  const { scaleX, scaleY, left, top } = picture.placement;
  const input = inputPlane(picture);
  const x = (value: number): number => ((value * input.width) / map.width - left) / scaleX;
  const y = (value: number): number => ((value * input.height) / map.height - top) / scaleY;
  return boxes.map((box) => ({ ...box, left: x(box.left), right: x(box.right), top: y(box.top), bottom: y(box.bottom) }));
}

/** The rows of a table of detections whose score is high enough, as boxes in parts of the input. */
export function tableBoxes({ shape, data, columns = [] }: OutputTensor): readonly Box[] {
  const width = columns.length;
  const count = shape.length === 0 || width === 0 ? 0 : Math.floor(data.length / width);
  const value = (row: number, name: string): number => data[row * width + columns.indexOf(name)] ?? 0;
  const kind = columns.includes('label') ? 'label' : 'class';
  return Array.from({ length: count }, (_, row) => row)
    .filter((row) => value(row, 'score') >= threshold && value(row, kind) >= 0)
    .map((row) => ({
      left: value(row, 'xmin'),
      top: value(row, 'ymin'),
      right: value(row, 'xmax'),
      bottom: value(row, 'ymax'),
      label: `${kind} ${value(row, kind)}, ${value(row, 'score').toFixed(2)}`,
    }));
}
