import { present } from '../../ir/numericTensor.ts';
import { OperatorError, type OperatorFamily } from '../../ir/operator.ts';
import { Tensor } from '../../ir/tensor.ts';

/**
 * Non-maximum suppression per class. Inputs: scores [1, classes, count], with the background as first class, and boxes [1, count, 4] as
 * corners. Boxes with a score of at most `threshold` are dropped, and boxes that overlap a better box of the same class by more than
 * `nms_threshold`. The result [1, found, 6] has rows of class, score and corners, best first, at most `max_boxes` of them.
 */
export const boxOperators: OperatorFamily = {
  'ncnn:BoxSuppression': {
    infer: (node) => {
      const [scores, boxes] = [node.shape(0), node.shape(1)];
      if (scores.length !== 3 || boxes.length !== 3) throw new OperatorError('invalid', 'scores and boxes must have three axes');
      return [{ dtype: node.input(0).dtype, shape: [1, node.symbol('found'), 6] }];
    },
    evaluate: (node, [scores, boxes]) => {
      const [values, corners] = [present(scores).toFloat64(), present(boxes).toFloat64()];
      const [, classes = 0, count = 0] = present(scores).shape;
      const maxBoxes = node.int('max_boxes');
      const found: (readonly number[])[] = [];
      for (let kind = 1; kind < classes; kind++) {
        const rows = Array.from({ length: count }, (_, box) => [
          kind,
          values[kind * count + box] ?? 0,
          ...corners.subarray(box * 4, box * 4 + 4),
        ])
          .filter(([, score = 0]) => score > node.float('threshold'))
          .sort(byScore)
          .slice(0, maxBoxes);
        const selected: (readonly number[])[] = [];
        for (const row of rows) if (selected.every((other) => overlap(row, other) <= node.float('nms_threshold'))) selected.push(row);
        for (const entry of selected) found.push(entry);
      }
      const rows = found.sort(byScore).slice(0, maxBoxes);
      return [Tensor.of('float32', [1, rows.length, 6], Float32Array.from(rows.flat()))];
    },
  },
};

function byScore([, left = 0]: readonly number[], [, right = 0]: readonly number[]): number {
  return right - left;
}

/** The intersection of two boxes divided by their union. */
function overlap([, , l1 = 0, t1 = 0, r1 = 0, b1 = 0]: readonly number[], [, , l2 = 0, t2 = 0, r2 = 0, b2 = 0]: readonly number[]): number {
  const shared = Math.max(0, Math.min(r1, r2) - Math.max(l1, l2)) * Math.max(0, Math.min(b1, b2) - Math.max(t1, t2));
  const covered = (r1 - l1) * (b1 - t1) + (r2 - l2) * (b2 - t2) - shared;
  return covered > 0 ? shared / covered : 0;
}
