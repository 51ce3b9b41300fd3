import { product, type Shape } from '../../graph/dimension.ts';
import { OperatorError } from '../../graph/operator.ts';
import { localResponseSettings, meanVarianceAxes, meanVarianceEpsilon, normOrder } from '../../graph/ops/normalization/response.ts';
import type { BlobShape } from '../../net/net.ts';
import { weightOf } from '../../net/weight.ts';
import { binary, reduceAxis, unary, withScalar } from '../arithmetic.ts';
import type { Blob } from '../builder.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';
import { around } from '../views.ts';

/** Normalisations without weights. */
export const responseLowerings: LoweringFamily = {
  LRN: localResponse,
  MeanVarianceNormalization: meanVariance,
  LpNormalization: lpNormalization,
};

/**
 * ncnn's LRN across channels begins its window `floor(size / 2)` in front of a channel, ONNX's `floor((size - 1) / 2)`:
 * for even sizes they differ, and the sum over the window is a product with a band matrix.
 */
function localResponse(node: LoweringNode): void {
  const { size, alpha, beta, bias } = localResponseSettings(node);
  const shape = node.shape(0);
  const [samples = 1, channels = 1, ...rest] = shape;
  if (samples === 1 && size % 2 === 1) {
    const view: BlobShape = rest.length === 2 ? [channels, ...rest] : [channels, 1, product(rest)];
    node.define(0, node.layer('LRN', [node.blob(0, view)], { region_type: 0, local_size: size, alpha, beta, bias }, view));
    return;
  }
  if (typeof channels !== 'number' || channels > 4096) {
    throw new OperatorError(
      'unsupported',
      `a window of ${size} channels over ${channels} is nothing ncnn can compute`,
      'Fix the number of channels.',
    );
  }
  const view: BlobShape = [samples, channels, product(rest)];
  const x = node.blob(0, view);
  const band = new Float32Array(channels * channels);
  for (let channel = 0; channel < channels; channel++) {
    const first = Math.max(0, channel - Math.floor((size - 1) / 2));
    band.fill(1, channel * channels + first, channel * channels + Math.min(channels - 1, channel + Math.ceil((size - 1) / 2)) + 1);
  }
  const sums = node.layer('MatMul', [node.constantBlob(band, [channels, channels], 'window'), unary(node, 'SQUARE', x)], {}, view);
  const base = withScalar(node, 'ADD', withScalar(node, 'MUL', sums, alpha / size), bias);
  node.define(0, binary(node, 'DIV', x, withScalar(node, 'POW', base, beta)));
}

/** MVN of [rows, 1, row]: it divides by the deviation plus `eps`, as ONNX does. Other axes are permuted there first. */
function meanVariance(node: LoweringNode): void {
  const shape = node.shape(0);
  const axes = meanVarianceAxes(node, shape.length);
  const significant = shape.map((size, axis) => ({ size, axis })).filter(({ size }) => size !== 1);
  const runs = significant.reduce<{ readonly reduced: boolean; readonly sizes: (number | string)[] }[]>((groups, { size, axis }) => {
    const reduced = axes.includes(axis);
    const last = groups.at(-1);
    if (last?.reduced === reduced) last.sizes.push(size);
    else groups.push({ reduced, sizes: [size] });
    return groups;
  }, []);
  const sizes = runs.map((run) => product(run.sizes));
  const [first] = runs;
  const normalize = (x: Blob): Blob => {
    const params = { normalize_variance: 1, across_channels: 0, eps: meanVarianceEpsilon };
    return node.layer('MVN', [x], params, x.shape);
  };
  if (runs.length === 0 || (runs.length === 1 && first?.reduced === true)) {
    node.define(0, normalize(node.blob(0, [1, 1, product(shape)])));
  } else if (runs.length === 1) {
    // Nothing but axes of size 1 is averaged: every row is one element.
    node.define(0, normalize(node.blob(0, [product(shape), 1, 1])));
  } else if (runs.length === 2 && first?.reduced === false) {
    node.define(0, normalize(node.blob(0, [sizes[0] ?? 1, 1, sizes[1] ?? 1])));
  } else if (runs.length === 2) {
    const [rows = 1, columns = 1] = [sizes[1], sizes[0]];
    const turned = node.layer('Permute', [node.blob(0, [columns, rows])], { order_type: 1 }, [rows, columns]);
    const y = node.view(normalize(node.view(turned, [rows, 1, columns])), [rows, columns]);
    node.define(0, node.layer('Permute', [y], { order_type: 1 }, [columns, rows]));
  } else if (runs.length === 3 && first?.reduced === true) {
    const [outer = 1, kept = 1, inner = 1] = sizes;
    const turned = permute(node, node.blob(0, [outer, kept, inner]));
    node.define(0, permute(node, normalize(turned)));
  } else {
    throw new OperatorError('unsupported', `the axes ${axes.join(', ')} of [${shape.join(',')}] cannot be averaged together by ncnn`);
  }
}

/** Swaps the outer two of three axes. */
function permute(node: LoweringNode, blob: Blob): Blob {
  const [c = 1, h = 1, w = 1] = blob.shape;
  return node.layer('Permute', [blob], { order_type: 2 }, [h, c, w]);
}

/** Smaller than any norm that float32 can hold the squares of; it only keeps 0 / 0 from happening. */
const smallestNorm = 1e-30;

/** Normalize has the euclidean norm across channels or within each; elsewhere the norm is a Reduction. */
function lpNormalization(node: LoweringNode): void {
  const shape: Shape = node.shape(0);
  const [before, size, behind] = around(shape, node.axis(node.int('axis', -1), shape.length));
  const order = normOrder(node);
  const euclidean = { channel_shared: 1, eps: smallestNorm, eps_mode: 1, scale_data_size: 1 };
  if (order === 2 && before === 1) {
    const view: BlobShape = [size, 1, behind];
    const params = { ...euclidean, across_spatial: 0, across_channel: 1 };
    node.define(0, node.layer('Normalize', [node.blob(0, view)], params, view, [weightOf([1])]));
  } else if (order === 2 && behind === 1) {
    const view: BlobShape = [before, 1, size];
    const params = { ...euclidean, across_spatial: 1, across_channel: 0 };
    node.define(0, node.layer('Normalize', [node.blob(0, view)], params, view, [weightOf([1])]));
  } else {
    const x = node.blob(0, [before, size, behind]);
    const norm = reduceAxis(node, order === 1 ? 'L1' : 'L2', x, 1);
    node.define(0, binary(node, 'DIV', x, withScalar(node, 'MAX', norm, smallestNorm)));
  }
}
