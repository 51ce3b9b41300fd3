import type { OperatorFamily } from '../../ir/operator.ts';
import { Tensor } from '../../ir/tensor.ts';
import { axisSize, operandSize, sortCost } from '../rules/cost.ts';

/** Number of steps for the overlap of two boxes. */
const stepsPerOverlap = 16;

/** Operators with data-dependent result sizes: the indices of nonzero elements, and non-maximum suppression. */
export const detectionOperators: OperatorFamily = {
  NonZero: {
    infer: (node) => {
      const rank = node.input(0).shape?.length;
      return [{ dtype: 'int64', shape: [rank ?? node.symbol('rank'), node.symbol('count')] }];
    },
    evaluate: (_node, [x]) => (x ? [nonZero(x)] : []),
  },
  NonMaxSuppression: {
    cost: (node) => {
      const count = axisSize(node, 1, 2);
      const maxBoxes = Math.max(0, Math.min(count, node.constant(2)?.scalar() ?? 0));
      const classes = operandSize(node, 1) / Math.max(1, count);
      return classes * (sortCost(count) + count * maxBoxes * stepsPerOverlap);
    },
    infer: (node) => [{ dtype: 'int64', shape: [node.symbol('count'), 3] }],
    evaluate: (node, [boxes, scores, maxBoxes, overlap, minScore]) =>
      boxes && scores
        ? [
            suppress(boxes, scores, {
              centered: node.int('center_point_box', 0) !== 0,
              maxBoxes: maxBoxes?.scalar() ?? 0,
              overlap: overlap?.scalar() ?? 0,
              minScore: minScore?.scalar(),
            }),
          ]
        : [],
  },
};

/** The indices of nonzero elements, with one row per axis. */
function nonZero(x: Tensor): Tensor {
  const found: number[] = [];
  const values = x.values();
  for (let index = 0; index < x.size; index++) if (Number(values[index]) !== 0) found.push(index);
  let stride = 1;
  const rows: bigint[][] = [];
  for (const size of [...x.shape].reverse()) {
    const step = stride;
    rows.unshift(found.map((index) => BigInt(Math.floor(index / step) % size)));
    stride *= size;
  }
  return Tensor.int64(rows.flat(), [x.shape.length, found.length]);
}

interface Suppression {
  /** Whether boxes are center and size instead of two corners. */
  readonly centered: boolean;
  /** The maximum number of boxes per class. */
  readonly maxBoxes: number;
  /** A box is dropped if its overlap (intersection over union) with a better box exceeds this. */
  readonly overlap: number;
  readonly minScore: number | undefined;
}

/** `[batch, class, box]` of the boxes that are kept; `boxes` is [batch, box, 4], `scores` [batch, class, box]. */
function suppress(boxes: Tensor, scores: Tensor, { centered, maxBoxes, overlap, minScore }: Suppression): Tensor {
  const [batches = 0, classes = 0, count = 0] = scores.shape;
  const coordinates = boxes.toFloat32();
  const score = scores.toFloat32();
  const selected: number[] = [];
  for (let batch = 0; batch < batches; batch++) {
    const corners = Array.from({ length: count }, (_, box) => cornersOf(coordinates, (batch * count + box) * 4, centered));
    for (let label = 0; label < classes; label++) {
      const base = (batch * classes + label) * count;
      const at = (box: number): number => score[base + box] ?? 0;
      const candidates = Array.from({ length: count }, (_, box) => box)
        .filter((box) => minScore === undefined || at(box) > minScore)
        .sort((left, right) => at(right) - at(left));
      const chosen: number[] = [];
      for (const box of candidates) {
        if (chosen.length >= maxBoxes) break;
        if (chosen.every((other) => intersectionOverUnion(corners[box], corners[other]) <= overlap)) chosen.push(box);
      }
      for (const entry of chosen.flatMap((box) => [batch, label, box])) selected.push(entry);
    }
  }
  return Tensor.int64(selected, [selected.length / 3, 3]);
}

type Corners = readonly [number, number, number, number];

/** The minimum and maximum coordinates on both axes. */
function cornersOf(coordinates: Float32Array, offset: number, centered: boolean): Corners {
  const [a = 0, b = 0, c = 0, d = 0] = coordinates.subarray(offset, offset + 4);
  if (centered) return [a - c / 2, b - d / 2, a + c / 2, b + d / 2];
  return [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
}

function intersectionOverUnion(left: Corners = [0, 0, 0, 0], right: Corners = [0, 0, 0, 0]): number {
  const width = Math.min(left[2], right[2]) - Math.max(left[0], right[0]);
  const height = Math.min(left[3], right[3]) - Math.max(left[1], right[1]);
  if (width <= 0 || height <= 0) return 0;
  const area = (box: Corners): number => (box[2] - box[0]) * (box[3] - box[1]);
  const shared = width * height;
  return shared / (area(left) + area(right) - shared);
}
