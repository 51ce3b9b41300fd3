import { type BlobData, extents, type Kernel, type LayerCall, requireThat } from '../call.ts';
import { type Box, boxRows, uncovered } from './boxes.ts';

/** Detections of the YOLO family: each cell of a grid predicts several boxes, each with a box score and one score per class. */

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

/** The prediction for one box in one cell, from the channels of the box. */
interface Cell {
  readonly column: number;
  readonly row: number;
  readonly offset: readonly [x: number, y: number];
  readonly scale: readonly [width: number, height: number];
  readonly score: number;
  readonly classes: readonly number[];
}

function* cellsOf(call: LayerCall, bottom: BlobData): Generator<readonly [box: number, cell: Cell]> {
  const { w, h, c, size } = extents(bottom);
  const [classes, boxes] = [call.number('num_class'), call.number('num_box')];
  requireThat(Math.trunc(c / boxes) === 5 + classes, `${c} channels are not ${boxes} boxes of ${5 + classes}`);
  for (let box = 0; box < boxes; box++) {
    for (let place = 0; place < w * h; place++) {
      const at = (channel: number): number => bottom.values[(box * (5 + classes) + channel) * size + place] ?? 0;
      const cell: Cell = {
        column: place % w,
        row: Math.floor(place / w),
        offset: [sigmoid(at(0)), sigmoid(at(1))],
        scale: [Math.exp(at(2)), Math.exp(at(3))],
        score: at(4),
        classes: Array.from({ length: classes }, (_, index) => at(5 + index)),
      };
      yield [box, cell];
    }
  }
}

/** The corners as fractions of the image; `width` and `height` are those of the box. */
function corners({ column, row, offset }: Cell, { w, h }: { w: number; h: number }, width: number, height: number): Box['corners'] {
  const [x, y] = [(column + offset[0]) / w, (row + offset[1]) / h];
  return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
}

function strongest(classes: readonly number[]): number {
  return classes.reduce((best, value, index) => (value > (classes[best] ?? 0) ? index : best), 0);
}

/** The boxes that remain after non-maximum suppression. Labels start at 1, after the background. */
function detections(call: LayerCall, boxes: readonly Box[]): readonly Box[] {
  const sorted = [...boxes].sort((a, b) => b.score - a.score);
  return uncovered(call, sorted, call.number('nms_threshold')).map((box) => ({ ...box, label: box.label + 1 }));
}

/** The confidence is the sigmoid of the box score times the softmax probability of the class. Anchor sizes are in cells. */
export const yoloDetectionOutputKernel: Kernel = (call) => {
  const biases = call.numbers('biases');
  requireThat(biases.length >= 2 * call.number('num_box'), `${biases.length / 2} anchors for ${call.number('num_box')} boxes`);
  const found: Box[] = [];
  for (const bottom of call.bottoms) {
    const { w, h } = extents(bottom);
    for (const [box, cell] of cellsOf(call, bottom)) {
      const label = strongest(cell.classes);
      const top = cell.classes[label] ?? 0;
      const share = 1 / cell.classes.reduce((sum, value) => sum + Math.exp(value - top), 0);
      const score = sigmoid(cell.score) * share;
      if (score < call.number('confidence_threshold')) continue;
      const [width, height] = [(cell.scale[0] * (biases[2 * box] ?? 0)) / w, (cell.scale[1] * (biases[2 * box + 1] ?? 0)) / h];
      found.push({ corners: corners(cell, { w, h }, width, height), label, score });
    }
  }
  const selected = detections(call, found);
  // Without a box, ncnn returns its modified first bottom, which a caller cannot distinguish from rows of boxes.
  requireThat(selected.length > 0, 'no box is above the threshold');
  return [boxRows(selected)];
};

/** For grids of several sizes. Anchor sizes are in pixels of an image that is `anchors_scale` times as large as the grid. */
export const yolov3DetectionOutputKernel: Kernel = (call) => {
  const [biases, mask, scales, count] = [
    call.numbers('biases'),
    call.numbers('mask'),
    call.numbers('anchors_scale'),
    call.number('num_box'),
  ];
  const found: Box[] = [];
  for (const [grid, bottom] of call.bottoms.entries()) {
    const { w, h } = extents(bottom);
    const [netWidth, netHeight] = [Math.trunc((scales[grid] ?? 0) * w), Math.trunc((scales[grid] ?? 0) * h)];
    for (const [box, cell] of cellsOf(call, bottom)) {
      const label = strongest(cell.classes);
      // ncnn's formula, which is not the product of the two sigmoids.
      const score = 1 / (1 + Math.exp(-cell.score) * (1 + Math.exp(-(cell.classes[label] ?? 0))));
      if (score < call.number('confidence_threshold')) continue;
      const anchor = mask[grid * count + box] ?? 0;
      const width = (cell.scale[0] * (biases[2 * anchor] ?? 0)) / netWidth;
      const height = (cell.scale[1] * (biases[2 * anchor + 1] ?? 0)) / netHeight;
      found.push({ corners: corners(cell, { w, h }, width, height), label, score });
    }
  }
  return [boxRows(detections(call, found))];
};
