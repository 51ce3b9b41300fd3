import { fixShapes } from '../../../diagnostics/remedies.ts';
import { elementCount } from '../../../graph/ir/dimension.ts';
import { float } from '../../../graph/ir/graph.ts';
import { OperatorError } from '../../../graph/ir/operator.ts';
import { Tensor } from '../../../graph/ir/tensor.ts';
import type { OperatorRules, SymbolOperator } from '../operator.ts';

/** The class index excludes the background and is -1 in a row without a box. Corners are fractions of the image's width and height. */
const columns: readonly string[] = ['class', 'score', 'xmin', 'ymin', 'xmax', 'ymax'];

/** Boxes of single-shot detectors. */
export const detectionOperatorRules: OperatorRules = {
  _contrib_MultiBoxPrior: multiBoxPrior,
  MultiBoxPrior: multiBoxPrior,
  _contrib_MultiBoxDetection: { convert: multiBoxDetection, columns },
  MultiBoxDetection: { convert: multiBoxDetection, columns },
  _contrib_MultiBoxTarget: { arguments: ['data', 'label', 'data'] },
  MultiBoxTarget: { arguments: ['data', 'label', 'data'] },
  _contrib_Proposal_target: {},
};

/** More boxes than any detector has. Their corners are stored in the weights file. */
const maxPriors = 2 ** 20;

/**
 * Corners of boxes around the center of each cell, as fractions of the image: each size with the first ratio, then the first size with the
 * other ratios. They depend only on the size of the operand, so they are constants. [1, height · width · (sizes + ratios − 1), 4]
 */
function multiBoxPrior(node: SymbolOperator): string {
  const { attributes } = node;
  const [, , height = 1, width = 1] = node.sizesOf(node.input(0));
  const sizes = attributes.numbers('sizes', [1]);
  const ratios = attributes.numbers('ratios', [1]);
  const [offsetY = 0.5, offsetX = 0.5] = attributes.numbers('offsets', []);
  const [heightStep = -1, widthStep = -1] = attributes.numbers('steps', []);
  const [stepY, stepX] = [heightStep > 0 ? heightStep : 1 / height, widthStep > 0 ? widthStep : 1 / width];
  const clip = attributes.boolean('clip', false);
  const [firstSize = 1, firstRatio = 1] = [sizes[0], ratios[0]];
  const shapes = [...sizes.map((size) => [size, firstRatio] as const), ...ratios.slice(1).map((ratio) => [firstSize, ratio] as const)];
  const halves = shapes.map(([size, ratio]) => [(size * height * Math.sqrt(ratio)) / width / 2, size / Math.sqrt(ratio) / 2] as const);
  const count = height * width * halves.length;
  if (!(count <= maxPriors)) throw new OperatorError('limit', `${count} boxes are too many`);
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
 * Detected boxes as rows of class (without the background), score and corners, from scores [1, classes, anchors], offsets [1, anchors · 4]
 * and anchors [1, anchors, 4]. Each anchor counts only for its best class. MXNet pads the result with rows of class -1; here there is one
 * such row.
 */
function multiBoxDetection(node: SymbolOperator): string {
  const { attributes } = node;
  const [scores, offsets, anchors] = [node.input(0), node.input(1), node.input(2)];
  const [batch, classes = 1, count = 1] = node.sizesOf(scores);
  if (batch !== 1)
    throw new OperatorError('unsupported', 'ncnn detects the boxes of one image at a time', { ...fixShapes, hint: 'Fix the batch to 1.' });
  if (classes < 2) throw new OperatorError('invalid', 'expected at least one class in addition to the background');
  const boxes = decodedBoxes(node, offsets, anchors, count);

  const objects = node.slice(scores, 1, 1, classes);
  const highest = node.emit('ReduceMax', [objects, node.integers([1])], { keepdims: 1 });
  const all: Candidates = {
    scores: node.emit('Mul', [objects, asNumber(node, 'GreaterOrEqual', objects, highest)]),
    boxes,
    classes: classes - 1,
  };
  const threshold = attributes.number('threshold', 0.01);
  const overlap = attributes.number('nms_threshold', 0.5);
  // Without a valid threshold MXNet keeps all boxes and ignores the limit on their number.
  if (!(overlap > 0 && overlap <= 1)) return suppressed(node, all, { threshold, overlap: noOverlap, maxBoxes: count * classes });
  const top = attributes.integer('nms_topk', -1);
  const candidates = top > 0 && top < count ? best(node, all, threshold, top) : all;
  const maxBoxes = count * classes;
  if (!attributes.boolean('force_suppress', false)) return suppressed(node, candidates, { threshold, overlap, maxBoxes });
  const scoreOfBest = node.emit('ReduceMax', [candidates.scores, node.integers([1])], { keepdims: 1 });
  const rows = suppressed(node, { ...candidates, scores: scoreOfBest, classes: 1 }, { threshold, overlap, maxBoxes });
  return withClasses(node, rows, candidates, scoreOfBest);
}

/** Corners of the boxes [1, count, 4]: the anchors, moved and scaled by the offsets. */
function decodedBoxes(node: SymbolOperator, offsets: string, anchors: string, count: number): string {
  const { attributes } = node;
  const column = (value: string, start: number): string => node.slice(value, 2, start, start + 2);
  const [low, high] = [column(anchors, 0), column(anchors, 2)];
  const variances = attributes.numbers('variances', [0.1, 0.1, 0.2, 0.2]);
  if (variances.length !== 4) throw new OperatorError('invalid', `expected 4 variances, got ${variances.length}`);
  const moves = node.emit('Mul', [node.reshape(offsets, [1, count, 4]), node.constant(Tensor.float32(variances, [1, 1, 4]))]);
  const size = node.emit('Sub', [high, low]);
  const middle = node.emit('Mul', [node.emit('Add', [low, high]), node.scalarLike(0.5, low)]);
  const center = node.emit('Add', [node.emit('Mul', [column(moves, 0), size]), middle]);
  const half = node.emit('Mul', [node.emit('Mul', [node.emit('Exp', [column(moves, 2)]), size]), node.scalarLike(0.5, low)]);
  const corners = node.emit('Concat', [node.emit('Sub', [center, half]), node.emit('Add', [center, half])], { axis: 2 });
  return attributes.boolean('clip', true)
    ? node.emit('Clip', [corners, node.scalarLike(0, corners), node.scalarLike(1, corners)])
    : corners;
}

/** Scores [1, classes, found], where each box has at most one class above 0, and boxes [1, found, 4]. */
interface Candidates {
  readonly scores: string;
  readonly boxes: string;
  /** Number of classes without the background. */
  readonly classes: number;
}

interface Suppression {
  readonly threshold: number;
  readonly overlap: number;
  readonly maxBoxes: number;
}

/** Larger than the overlap of any two boxes. */
const noOverlap = 2;

/**
 * Rows of class, score and corners [1, found, 6], followed by a row of class -1 if fewer than `maxBoxes` boxes are found. ncnn outputs nothing
 * if it finds no box, and the layers after it would fail; so a box that is always found is added. Its class precedes the others.
 */
function suppressed(node: SymbolOperator, { scores, boxes, classes }: Candidates, { threshold, overlap, maxBoxes }: Suppression): string {
  const [, , count] = node.shapeOf(scores);
  const front = typeof count === 'number' ? node.constant(zeros(node, [1, 2, count])) : twoRowsOfZeros(node, scores);
  const minScore = Math.max(threshold, 0) * (1 + 1e-6) + 1e-9;
  const column = Float32Array.from({ length: classes + 2 }, (_, row) => (row === 1 ? minScore : 0));
  const added = node.constant(Tensor.of('float32', [1, classes + 2, 1], column));
  const allScores = node.emit('Concat', [node.emit('Concat', [front, scores], { axis: 1 }), added], { axis: 2 });
  const allBoxes = node.emit('Concat', [boxes, node.constant(Tensor.float32([-1, -1, -1, -1], [1, 1, 4]))], { axis: 1 });
  const settings = { threshold: float(threshold), nms_threshold: float(overlap), max_boxes: maxBoxes };
  const rows = node.emit('ncnn:BoxSuppression', [allScores, allBoxes], settings);
  return node.emit('Sub', [rows, node.constant(Tensor.float32([2, 0, 0, 0, 0, 0], [1, 1, 6]))]);
}

function twoRowsOfZeros(node: SymbolOperator, scores: string): string {
  const row = node.emit('Mul', [node.slice(scores, 1, 0, 1), node.scalarLike(0, scores)]);
  return node.emit('Concat', [row, row], { axis: 1 });
}

/**
 * The best boxes of all classes together: MXNet drops the others before suppression, while ncnn keeps as many per class. The overlap
 * threshold is above any overlap, so nothing is suppressed here.
 */
function best(node: SymbolOperator, all: Candidates, threshold: number, maxBoxes: number): Candidates {
  const rows = suppressed(node, all, { threshold, overlap: noOverlap, maxBoxes });
  const isClass = asNumber(node, 'Equal', node.slice(rows, 2, 0, 1), node.constant(counted(node, [1, 1, all.classes])));
  const byRow = node.emit('Mul', [node.slice(rows, 2, 1, 2), isClass]);
  return { scores: node.transpose(byRow, [0, 2, 1]), boxes: node.slice(rows, 2, 2, 6), classes: all.classes };
}

/**
 * Gives each row of a class-agnostic suppression the class of its candidate: the nearest box with the same score, because ncnn recomputes
 * the corners.
 */
function withClasses(node: SymbolOperator, rows: string, { scores, boxes, classes }: Candidates, scoreOfBest: string): string {
  const isClass = asNumber(node, 'Greater', scores, node.scalarLike(0, scores));
  const numbered = node.emit('Mul', [isClass, node.constant(counted(node, [1, classes, 1]))]);
  const candidateClass = node.emit('ReduceMax', [numbered, node.integers([1])], { keepdims: 1 });

  const corners = node.transpose(boxes, [0, 2, 1]);
  const distances = [0, 1, 2, 3].map((corner) =>
    node.emit('Abs', [node.emit('Sub', [node.slice(rows, 2, corner + 2, corner + 3), node.slice(corners, 1, corner, corner + 1)])]),
  );
  const otherScore = node.emit('Not', [node.emit('Equal', [node.slice(rows, 2, 1, 2), scoreOfBest])]);
  const far = node.emit('Mul', [node.emit('Cast', [otherScore], { to: 'float32' }), node.scalarLike(1e6, rows)]);
  const distance = node.emit('Sum', [...distances, far]);
  const nearest = node.emit('ReduceMin', [distance, node.integers([2])], { keepdims: 1 });
  const isNearest = asNumber(node, 'LessOrEqual', distance, nearest);
  const found = node.emit('ReduceMax', [node.emit('Mul', [isNearest, candidateClass]), node.integers([2])], { keepdims: 1 });

  // The class so far is 0, or -1 for the row that is always last.
  const none = node.slice(rows, 2, 0, 1);
  const isFound = node.emit('Add', [none, node.scalarLike(1, none)]);
  const label = node.emit('Add', [node.emit('Mul', [found, isFound]), none]);
  return node.emit('Concat', [label, node.slice(rows, 2, 1, 6)], { axis: 2 });
}

/** 1 if the comparison is true, else 0. */
function asNumber(node: SymbolOperator, comparison: string, left: string, right: string): string {
  return node.emit('Cast', [node.emit(comparison, [left, right])], { to: 'float32' });
}

function zeros(node: SymbolOperator, shape: readonly number[]): Tensor {
  return Tensor.of('float32', shape, new Float32Array(listedCount(node, shape)));
}

function counted(node: SymbolOperator, shape: readonly number[]): Tensor {
  const values = Float32Array.from({ length: listedCount(node, shape) }, (_, index) => index);
  return Tensor.of('float32', shape, values);
}

function listedCount(node: SymbolOperator, shape: readonly number[]): number {
  const count = elementCount(shape);
  node.reserve(count);
  return count;
}
