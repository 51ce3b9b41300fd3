import { notSet } from '../../notSet.ts';
import { type BlobData, extents, type Kernel, requireThat } from '../call.ts';
import { type Box, boxRows, uncovered } from './boxes.ts';

const { fround } = Math;

/** Boxes around the center of each pixel, as corners in fractions of the image; the second row contains the variances. */
export const priorBoxKernel: Kernel = (call) => {
  const { w, h } = extents(call.bottom(0));
  const [minSizes, maxSizes, ratios] = ['min_sizes', 'max_sizes', 'aspect_ratios'].map((name) => call.numbers(name).map(fround));
  const offset = call.number('offset');
  const [imageWidth, imageHeight] = [call.number('image_width'), call.number('image_height')];
  if (minSizes === undefined || maxSizes === undefined || ratios === undefined) return [];
  requireThat(
    minSizes.length > 0 && (maxSizes.length === 0 || maxSizes.length === minSizes.length),
    'the sizes are missing or of different lengths',
  );
  const clip = call.number('clip') !== 0;
  // Counts the intermediate lists of numbers, corners and variances, including their copies.
  call.spend('elements', 32 * w * h * minSizes.length * (2 + 2 * ratios.length));
  if (call.bottoms.length === 1 && imageWidth === notSet && imageHeight === notSet && maxSizes.length === 0) {
    const boxes = relativeBoxes(w, h, minSizes, ratios, offset, [call.number('step_width'), call.number('step_height')]);
    return [{ shape: [boxes.length], values: Float32Array.from(boxes, (value) => (clip ? Math.min(Math.max(value, 0), 1) : value)) }];
  }
  const image = call.bottoms[1] === undefined ? undefined : extents(call.bottoms[1]);
  const width = imageWidth === notSet ? image?.w : imageWidth;
  const height = imageHeight === notSet ? image?.h : imageHeight;
  requireThat(width !== undefined && height !== undefined, 'the size of the image is missing');
  const [across = 1, down = 1] = [width, height];
  const step = (name: string, size: number, pixels: number): number => {
    const value = call.number(name);
    if (value !== notSet) return value;
    return call.number('step_mmdetection') ? Math.ceil(fround(size / pixels)) : fround(size / pixels);
  };
  const [stepWidth, stepHeight] = [step('step_width', across, w), step('step_height', down, h)];
  const centered = call.number('center_mmdetection') !== 0;
  const boxes: number[] = [];
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const centerX = (centered ? offset * (stepWidth - 1) : offset * stepWidth) + x * stepWidth;
      const centerY = (centered ? offset * (stepHeight - 1) : offset * stepHeight) + y * stepHeight;
      const push = (boxWidth: number, boxHeight: number): void => {
        boxes.push((centerX - boxWidth / 2) / across, (centerY - boxHeight / 2) / down);
        boxes.push((centerX + boxWidth / 2) / across, (centerY + boxHeight / 2) / down);
      };
      minSizes.forEach((size, index) => {
        push(size, size);
        const larger = maxSizes[index];
        if (larger !== undefined) push(Math.sqrt(size * larger), Math.sqrt(size * larger));
        for (const ratio of ratios) {
          push(size * Math.sqrt(ratio), size / Math.sqrt(ratio));
          if (call.number('flip')) push(size / Math.sqrt(ratio), size * Math.sqrt(ratio));
        }
      });
    }
  }
  const variances = [0, 1, 2, 3].map((index) => call.number(`variances_${index}`));
  const values = boxes.map((value) => (clip ? Math.min(Math.max(value, 0), 1) : value));
  return [{ shape: [2, boxes.length], values: Float32Array.from([...values, ...boxes.map((_, index) => variances[index % 4] ?? 0)]) }];
};

/** The MXNet variant: squares of all sizes with the first ratio, then the first size with the other ratios. */
function relativeBoxes(
  w: number,
  h: number,
  sizes: readonly number[],
  ratios: readonly number[],
  offset: number,
  steps: readonly [number, number],
): readonly number[] {
  const [stepWidth, stepHeight] = [steps[0] === notSet ? 1 / w : steps[0], steps[1] === notSet ? 1 / h : steps[1]];
  const boxes: number[] = [];
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const [centerX, centerY] = [(offset + x) * stepWidth, (offset + y) * stepHeight];
      const push = (halfWidth: number, halfHeight: number): void => {
        boxes.push(centerX - halfWidth, centerY - halfHeight, centerX + halfWidth, centerY + halfHeight);
      };
      for (const size of sizes) push((size * h) / w / 2, size / 2);
      for (const ratio of ratios.slice(1)) {
        push((((sizes[0] ?? 0) * h) / w) * (Math.sqrt(ratio) / 2), (sizes[0] ?? 0) / Math.sqrt(ratio) / 2);
      }
    }
  }
  return boxes;
}

/** Decoded boxes after non-maximum suppression per class: rows of label, score and corners, highest score first. */
export const detectionOutputKernel: Kernel = (call) => {
  const [location, confidence, priors] = [call.bottom(0), call.bottom(1), call.bottom(2)];
  const byClass = call.number('num_class') === notSet;
  const sizes = extents(priors);
  const count = byClass ? sizes.h : Math.trunc(sizes.w / 4);
  const classes = byClass ? extents(confidence).h : call.number('num_class');
  const threshold = call.number('confidence_threshold');
  requireThat(location.values.length >= count * 4 && confidence.values.length >= count * classes, 'fewer locations than priors');
  const scoreOf = (prior: number, label: number): number =>
    confidence.values[byClass ? label * count + prior : prior * classes + label] ?? 0;
  const own = [0, 1, 2, 3].map((index) => call.number(`variances_${index}`));
  const decoded = Array.from({ length: count }, (_, prior) => {
    const variances = byClass ? own : priors.values.subarray(sizes.w + prior * 4, sizes.w + prior * 4 + 4);
    // If the background score is certain, ncnn leaves the box undefined. The other scores are then below any practical threshold, so the
    // box is not used.
    return decode(location, priors, prior, variances);
  });
  const selected: Box[] = [];
  for (let label = 1; label < classes; label++) {
    const boxes = decoded
      .map((corners, prior): Box => ({ corners, label, score: scoreOf(prior, label) }))
      .filter(({ score }) => score > threshold)
      .sort((a, b) => b.score - a.score)
      .slice(0, call.number('nms_top_k'));
    for (const box of uncovered(call, boxes, call.number('nms_threshold'))) selected.push(box);
  }
  const best = selected.sort((a, b) => b.score - a.score).slice(0, call.number('keep_top_k'));
  return [boxRows(best)];
};

function decode(location: BlobData, priors: BlobData, prior: number, variances: ArrayLike<number>): Box['corners'] {
  const at = (blob: BlobData, index: number): number => blob.values[prior * 4 + index] ?? 0;
  const width = at(priors, 2) - at(priors, 0);
  const height = at(priors, 3) - at(priors, 1);
  const x = (variances[0] ?? 0) * at(location, 0) * width + (at(priors, 0) + at(priors, 2)) / 2;
  const y = (variances[1] ?? 0) * at(location, 1) * height + (at(priors, 1) + at(priors, 3)) / 2;
  const halfWidth = (Math.exp((variances[2] ?? 0) * at(location, 2)) * width) / 2;
  const halfHeight = (Math.exp((variances[3] ?? 0) * at(location, 3)) * height) / 2;
  return [x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight];
}

/** Anchors shifted and scaled by the predicted deltas, after non-maximum suppression. */
export const proposalKernel: Kernel = (call) => {
  const [scores, deltas, image] = [call.bottom(0), call.bottom(1), call.bottom(2)];
  const { w, h, c } = extents(scores);
  const anchors = anchorsOf(call.number('base_size'));
  requireThat(
    c === 2 * anchors.length && deltas.values.length === 4 * anchors.length * w * h,
    `${c} channels for ${anchors.length} anchors`,
  );
  const [imageHeight = 0, imageWidth = 0, scale = 0] = image.values;
  const smallest = call.number('min_size') * scale;
  const stride = call.number('feat_stride');
  const boxes: Box[] = [];
  anchors.forEach(([left, top, width, height], anchor) => {
    for (let cell = 0; cell < w * h; cell++) {
      const delta = (index: number): number => deltas.values[(anchor * 4 + index) * w * h + cell] ?? 0;
      const x = left + (cell % w) * stride + width / 2 + width * delta(0);
      const y = top + Math.floor(cell / w) * stride + height / 2 + height * delta(1);
      const [halfWidth, halfHeight] = [(width * Math.exp(delta(2))) / 2, (height * Math.exp(delta(3))) / 2];
      const clamp = (value: number, size: number): number => Math.max(Math.min(value, size - 1), 0);
      const corners: Box['corners'] = [
        clamp(x - halfWidth, imageWidth),
        clamp(y - halfHeight, imageHeight),
        clamp(x + halfWidth, imageWidth),
        clamp(y + halfHeight, imageHeight),
      ];
      if (corners[2] - corners[0] + 1 < smallest || corners[3] - corners[1] + 1 < smallest) continue;
      boxes.push({ corners, label: 0, score: scores.values[(anchors.length + anchor) * w * h + cell] ?? 0 });
    }
  });
  const first = call.number('pre_nms_topN');
  const best = boxes.sort((a, b) => b.score - a.score).slice(0, first > 0 ? first : boxes.length);
  const selected = uncovered(call, best, call.number('nms_thresh')).slice(0, call.number('after_nms_topN'));
  const regions = call.newBlob([selected.length, 1, 4]);
  regions.values.set(selected.flatMap(({ corners }) => corners));
  const values = { shape: [selected.length, 1, 1], values: Float32Array.from(selected, ({ score }) => score) };
  return [regions, values].slice(0, call.topCount);
};

/** Left, top, width and height of the anchors, for the three fixed ratios and scales of the layer. */
function anchorsOf(base: number): readonly (readonly [left: number, top: number, width: number, height: number])[] {
  const round = (value: number): number => Math.sign(value) * Math.round(Math.abs(value));
  return [0.5, 1, 2].flatMap((ratio) => {
    const width = round(fround(base / fround(Math.sqrt(ratio))));
    const height = round(fround(width * ratio));
    return [8, 16, 32].map((scale): readonly [number, number, number, number] => [
      base / 2 - (width * scale) / 2,
      base / 2 - (height * scale) / 2,
      width * scale,
      height * scale,
    ]);
  });
}
