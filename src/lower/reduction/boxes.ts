import { withScalar } from '../arithmetic.ts';
import type { LoweringFamily } from '../node.ts';

/** ncnn's value for MXNet's form, where the scores are rows of classes. */
const byClass = -233;

/** DetectionOutput with the boxes as priors and all offsets zero. */
export const boxLowerings: LoweringFamily = {
  'ncnn:BoxSuppression': (node) => {
    const [, classes = 1, count = 1] = node.shape(0);
    const boxes = node.blob(1, [count, 4]);
    const offsets =
      typeof count === 'number'
        ? node.constantBlob(new Float32Array(count * 4), [count * 4], 'offsets')
        : withScalar(node, 'MUL', boxes, 0);
    const params = {
      num_class: byClass,
      nms_threshold: node.float('nms_threshold'),
      nms_top_k: node.int('max_boxes'),
      keep_top_k: node.int('max_boxes'),
      confidence_threshold: Math.max(0, node.float('threshold')),
    };
    const [, found = 1] = node.outputShape();
    node.define(0, node.layer('DetectionOutput', [offsets, node.blob(0, [classes, count]), boxes], params, [found, 6]));
  },
};
