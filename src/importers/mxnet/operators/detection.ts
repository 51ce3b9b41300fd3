import { float } from '../../../graph/graph.ts';
import { OperatorError } from '../../../graph/operator.ts';
import { Tensor } from '../../../graph/tensor.ts';
import type { OperatorRules, SymbolOperator } from '../operator.ts';

/** Boxes of single shot detectors. */
export const detectionRules: OperatorRules = {
  _contrib_MultiBoxPrior: multiBoxPrior,
  MultiBoxPrior: multiBoxPrior,
  _contrib_MultiBoxDetection: multiBoxDetection,
  MultiBoxDetection: multiBoxDetection,
};

/**
 * Corners of boxes around the centre of each cell, as parts of the image: each size with the first ratio, then the first size with
 * the other ratios. Only the size of the operand matters, so they are constants. [1, height · width · (sizes + ratios − 1), 4]
 */
function multiBoxPrior(node: SymbolOperator): string {
  const { attributes } = node;
  const [, , height = 1, width = 1] = node.sizes(node.input(0));
  const sizes = attributes.numbers('sizes', [1]);
  const ratios = attributes.numbers('ratios', [1]);
  const [offsetY = 0.5, offsetX = 0.5] = attributes.numbers('offsets', []);
  const [givenY = -1, givenX = -1] = attributes.numbers('steps', []);
  const [stepY, stepX] = [givenY > 0 ? givenY : 1 / height, givenX > 0 ? givenX : 1 / width];
  const clip = attributes.boolean('clip', false);
  const [firstSize = 1, firstRatio = 1] = [sizes[0], ratios[0]];
  const shapes = [...sizes.map((size) => [size, firstRatio] as const), ...ratios.slice(1).map((ratio) => [firstSize, ratio] as const)];
  const halves = shapes.map(([size, ratio]) => [(size * height * Math.sqrt(ratio)) / width / 2, size / Math.sqrt(ratio) / 2] as const);
  const count = height * width * halves.length;
  if (!(count <= 1 << 24)) throw new OperatorError('limit', `${count} boxes are too many`);
  const values = new Float32Array(count * 4);
  let place = 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [y, x] = [(row + offsetY) * stepY, (column + offsetX) * stepX];
      for (const [halfWidth, halfHeight] of halves) {
        for (const corner of [x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight]) {
          values[place++] = clip ? Math.min(1, Math.max(0, corner)) : corner;
        }
      }
    }
  }
  return node.constant(Tensor.of('float32', [1, count, 4], values));
}

/**
 * Boxes found, as rows of class (counted without the background), score and corners: of scores [1, classes, anchors], offsets
 * [1, anchors · 4] and anchors [1, anchors, 4]. Each anchor counts for its best class only. MXNet fills up with rows of class -1, which
 * ncnn leaves away.
 */
function multiBoxDetection(node: SymbolOperator): string {
  const { attributes } = node;
  if (attributes.boolean('force_suppress', false)) {
    throw new OperatorError('unsupported', 'ncnn suppresses boxes of the same class only, but `force_suppress` is set');
  }
  if (attributes.integer('background_id', 0) !== 0) throw new OperatorError('unsupported', 'the background is not the first class');
  const [scores, offsets, anchors] = [node.input(0), node.input(1), node.input(2)];
  const [batch, classes = 1, count = 1] = node.sizes(scores);
  if (batch !== 1) throw new OperatorError('unsupported', 'ncnn finds the boxes of one image at a time', 'Give a batch of 1 with `shape`.');

  const column = (value: string, start: number): string => node.slice(value, 2, start, start + 2);
  const [low, high] = [column(anchors, 0), column(anchors, 2)];
  const variances = attributes.numbers('variances', [0.1, 0.1, 0.2, 0.2]);
  const moves = node.emit('Mul', [node.reshape(offsets, [1, count, 4]), node.constant(Tensor.float32(variances, [1, 1, 4]))]);
  const size = node.emit('Sub', [high, low]);
  const middle = node.emit('Mul', [node.emit('Add', [low, high]), node.scalar(0.5, low)]);
  const center = node.emit('Add', [node.emit('Mul', [column(moves, 0), size]), middle]);
  const half = node.emit('Mul', [node.emit('Mul', [node.emit('Exp', [column(moves, 2)]), size]), node.scalar(0.5, low)]);
  const corners = node.emit('Concat', [node.emit('Sub', [center, half]), node.emit('Add', [center, half])], { axis: 2 });
  const boxes = attributes.boolean('clip', true) ? node.emit('Clip', [corners, node.scalar(0, corners), node.scalar(1, corners)]) : corners;

  const objects = node.slice(scores, 1, 1, classes);
  const highest = node.emit('ReduceMax', [objects, node.integers([1])], { keepdims: 1 });
  const isBest = node.emit('Cast', [node.emit('GreaterOrEqual', [objects, highest])], { to: 'float32' });
  const kept = node.emit('Mul', [objects, isBest]);
  const background = node.constant(Tensor.of('float32', [1, 1, count], new Float32Array(count)));
  const threshold = float(attributes.number('threshold', 0.01));
  const suppressed = (from: string, corners: string): string => {
    const nms_threshold = float(attributes.number('nms_threshold', 0.5));
    return node.emit('mxnet:BoxSuppression', [from, corners], { threshold, nms_threshold, most: count * classes });
  };
  const all = node.emit('Concat', [background, kept], { axis: 1 });
  const most = attributes.integer('nms_topk', -1);
  const found = most > 0 && most < count ? suppressed(...best(node, all, boxes, { threshold, most })) : suppressed(all, boxes);
  return node.emit('Sub', [found, node.constant(Tensor.float32([1, 0, 0, 0, 0, 0], [1, 1, 6]))]);
}

/**
 * Scores [1, classes, found] and boxes [1, found, 4] of the best of all classes together: MXNet leaves the others away before it
 * suppresses any, ncnn takes as many of each class. As no boxes overlap by more than all, nothing is suppressed here.
 */
function best(
  node: SymbolOperator,
  scores: string,
  boxes: string,
  settings: { readonly threshold: ReturnType<typeof float>; readonly most: number },
): readonly [string, string] {
  const [, classes = 1] = node.sizes(scores);
  const rows = node.emit('mxnet:BoxSuppression', [scores, boxes], { ...settings, nms_threshold: float(2) });
  const numbers = node.constant(
    Tensor.of(
      'float32',
      [1, 1, classes],
      Float32Array.from({ length: classes }, (_, index) => index),
    ),
  );
  const isClass = node.emit('Cast', [node.emit('Equal', [node.slice(rows, 2, 0, 1), numbers])], { to: 'float32' });
  const byRow = node.emit('Mul', [node.slice(rows, 2, 1, 2), isClass]);
  return [node.transpose(byRow, [0, 2, 1]), node.slice(rows, 2, 2, 6)];
}
