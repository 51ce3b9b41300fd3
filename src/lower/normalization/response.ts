import { type Dimension, product, type Shape } from '../../graph/ir/dimension.ts';
import { checkList } from '../../graph/ir/limits.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import { localResponseSettings, meanVarianceAxes, meanVarianceEpsilon, normOrder } from '../../graph/ops/normalization/response.ts';
import type { BlobShape } from '../../net/net.ts';
import { binary, reduceAxis, unary, withScalar } from '../arithmetic.ts';
import type { DraftBlob } from '../builder.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';
import { mergedAround } from '../views.ts';
import { unitLength } from './unitLength.ts';

/** Normalizations without weights. */
export const responseLowerings: LoweringFamily = {
  LRN: localResponse,
  MeanVarianceNormalization: meanVariance,
  LpNormalization: lpNormalization,
};

/**
 * The window of ncnn's LRN across channels begins `floor(size / 2)` before a channel, that of ONNX `floor((size - 1) / 2)`. They differ for
 * even sizes, so the window sum is then computed by multiplying with a band matrix.
 */
function localResponse(node: LoweringNode): void {
  const { size, alpha, beta, bias } = localResponseSettings(node);
  const shape = node.shape(0);
  const [samples = 1, channels = 1, ...spatial] = shape;
  if (samples === 1 && size % 2 === 1) {
    const view: BlobShape = spatial.length === 2 ? [channels, ...spatial] : [channels, 1, product(spatial)];
    node.define(0, node.layer('LRN', [node.blob(0, view)], { region_type: 0, local_size: size, alpha, beta, bias }, view));
    return;
  }
  if (typeof channels !== 'number' || channels > 4096) {
    throw new OperatorError(
      'unsupported',
      `ncnn cannot compute a window of ${size} channels over ${channels} channels`,
      'Fix the number of channels.',
    );
  }
  const view: BlobShape = [samples, channels, product(spatial)];
  const x = node.blob(0, view);
  checkList(channels * channels);
  const band = new Float32Array(channels * channels);
  for (let channel = 0; channel < channels; channel++) {
    const first = Math.max(0, channel - Math.floor((size - 1) / 2));
    band.fill(1, channel * channels + first, channel * channels + Math.min(channels - 1, channel + Math.ceil((size - 1) / 2)) + 1);
  }
  const sums = node.layer('MatMul', [node.constantBlob(band, [channels, channels], 'window'), unary(node, 'SQUARE', x)], {}, view);
  const base = withScalar(node, 'ADD', withScalar(node, 'MUL', sums, alpha / size), bias);
  node.define(0, binary(node, 'DIV', x, withScalar(node, 'POW', base, beta)));
}

/**
 * MVN over [rows, 1, row], which divides by the deviation plus `eps` as ONNX does. Axes other than the last ones are averaged with
 * Reductions.
 */
function meanVariance(node: LoweringNode): void {
  const shape = node.shape(0);
  const axes = meanVarianceAxes(node, shape.length);
  const runs = runsOf(shape, axes);
  const [first, second] = runs;
  const rows = first === undefined || first.averaged ? 1 : first.size;
  const last = first?.averaged ? first : second;
  if (runs.length <= 2 && (last === undefined || last === runs.at(-1))) {
    const view: BlobShape = [rows, 1, last?.size ?? 1];
    const params = { normalize_variance: 1, across_channels: 0, eps: meanVarianceEpsilon };
    node.define(0, node.layer('MVN', [node.blob(0, view)], params, view));
    return;
  }
  const x = node.blob(
    0,
    runs.map(({ size }) => size),
  );
  const average = (blob: DraftBlob): DraftBlob =>
    runs.reduce((mean, { averaged }, axis) => (averaged ? reduceAxis(node, 'MEAN', mean, axis) : mean), blob);
  const centered = binary(node, 'SUB', x, average(x));
  const deviation = unary(node, 'SQRT', average(unary(node, 'SQUARE', centered)));
  node.define(0, binary(node, 'DIV', centered, withScalar(node, 'ADD', deviation, meanVarianceEpsilon)));
}

interface Run {
  readonly averaged: boolean;
  readonly size: Dimension;
}

/** Merges adjacent axes that are all normalized or all not. Axes of size 1 are ignored. */
function runsOf(shape: Shape, axes: readonly number[]): readonly Run[] {
  const runs: Run[] = [];
  shape.forEach((size, axis) => {
    if (size === 1) return;
    const averaged = axes.includes(axis);
    const last = runs.at(-1);
    if (last?.averaged === averaged) runs[runs.length - 1] = { averaged, size: product([last.size, size]) };
    else runs.push({ averaged, size });
  });
  return runs;
}

/** Smaller than any norm whose square float32 can hold. It only prevents 0 / 0. */
const smallestNorm = 1e-30;

/** Normalize computes the Euclidean norm across channels or within each channel. All other norms use Reduction. */
function lpNormalization(node: LoweringNode): void {
  const shape: Shape = node.shape(0);
  const [before, size, after] = mergedAround(shape, node.axis(node.int('axis', -1), shape.length));
  const order = normOrder(node);
  if (order === 2 && (before === 1 || after === 1)) {
    node.define(0, unitLength(node, { guard: 'norm', epsilon: smallestNorm }));
  } else {
    const x = node.blob(0, [before, size, after]);
    const norm = reduceAxis(node, order === 1 ? 'L1' : 'L2', x, 1);
    node.define(0, binary(node, 'DIV', x, withScalar(node, 'MAX', norm, smallestNorm)));
  }
}
