import type { BlobData, LayerCall } from '../call.ts';

/** A detected box. */
export interface Box {
  readonly corners: readonly [x1: number, y1: number, x2: number, y2: number];
  readonly label: number;
  readonly score: number;
}

/** The boxes that do not overlap an earlier box by more than the threshold. */
export function uncovered(call: LayerCall, boxes: readonly Box[], threshold: number): readonly Box[] {
  const area = ([x1, y1, x2, y2]: Box['corners']): number => (x2 - x1) * (y2 - y1);
  const selected: Box[] = [];
  for (const box of boxes) {
    call.spend('steps', selected.length);
    const covered = selected.some((other) => {
      const [a, b] = [box.corners, other.corners];
      if (a[0] > b[2] || a[2] < b[0] || a[1] > b[3] || a[3] < b[1]) return false;
      const common = (Math.min(a[2], b[2]) - Math.max(a[0], b[0])) * (Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
      return common / (area(a) + area(b) - common) > threshold;
    });
    if (!covered) selected.push(box);
  }
  return selected;
}

/** Boxes as rows of label, score and corners. */
export function boxRows(boxes: readonly Box[]): BlobData {
  return { shape: [boxes.length, 6], values: Float32Array.from(boxes.flatMap(({ label, score, corners }) => [label, score, ...corners])) };
}
