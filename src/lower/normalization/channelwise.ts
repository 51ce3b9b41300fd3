import { type Dimension, isStatic, product, type Shape } from '../../graph/ir/dimension.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import type { Tensor } from '../../graph/ir/tensor.ts';
import type { BlobShape } from '../../net/net.ts';
import { computedWeight, type Weight } from '../../net/weight.ts';
import { binary, reduceAxis, unary, withScalar } from '../arithmetic.ts';
import { type DraftBlob, weightOfTensor } from '../builder.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';

/** Normalizations of [N, C, …] with a scale and a bias per channel. */
export const channelwiseLowerings: LoweringFamily = {
  BatchNormalization: batchNormalization,
  InstanceNormalization: instanceNormalization,
  GroupNormalization: groupNormalization,
};

/**
 * BatchNorm normalizes the outermost axis of a blob of any rank. With a remaining batch or dynamic weights, it becomes a formula over [N,
 * C, rest], or over [N, C] if there is no rest.
 */
function batchNormalization(node: LoweringNode): void {
  const shape = node.shape(0);
  const channels = channelCount(node, shape);
  const eps = node.float('epsilon', 1e-5);
  if (node.int('training_mode', 0) !== 0) {
    trainingNormalization(node, shape, channels, eps);
    return;
  }
  const [scale, bias, mean, variance] = [1, 2, 3, 4].map((index) => node.constant(index));
  if (shape[0] === 1 && scale && bias && mean && variance) {
    // A vector whose other axes have size 1 needs no view.
    const stored = node.storedShape(0);
    const view = stored?.length === 1 && stored[0] === channels ? stored : sampleView(shape, 1);
    const weights = [scale, mean, variance, bias].map(weightOfTensor);
    node.define(0, node.layer('BatchNorm', [node.blob(0, view)], { channels, eps }, view, weights));
    return;
  }
  // Rows stay a matrix, so that the formula can be fused into the Gemm that computes them.
  const isRows = product(shape.slice(2)) === 1;
  const x = node.blob(0, isRows ? [shape[0] ?? 1, channels] : channelView(shape));
  const along: readonly number[] = isRows ? [1, channels] : channelAxis(channels);
  if (scale && bias && mean && variance) {
    const { factors, shifts } = affineOf(scale, bias, mean, variance, eps);
    const scaled = binary(node, 'MUL', x, node.constantBlob(factors, along, 'factors'));
    node.define(0, binary(node, 'ADD', scaled, node.constantBlob(shifts, along, 'shifts')));
    return;
  }
  const deviation = unary(node, 'SQRT', withScalar(node, 'ADD', node.blob(4, along), eps));
  const factor = binary(node, 'DIV', node.blob(1, along), deviation);
  const centered = binary(node, 'SUB', x, node.blob(3, along));
  node.define(0, binary(node, 'ADD', binary(node, 'MUL', centered, factor), node.blob(2, along)));
}

/** The factor of each channel, and the value that is added after the multiplication. */
function affineOf(scale: Tensor, bias: Tensor, mean: Tensor, variance: Tensor, eps: number): Record<'factors' | 'shifts', Float32Array> {
  const [gammas, betas, means, variances] = [scale, bias, mean, variance].map((tensor) => tensor.toFloat64());
  const factors = Array.from(gammas ?? [], (gamma, channel) => gamma / Math.sqrt((variances?.[channel] ?? 0) + eps));
  const shifts = factors.map((factor, channel) => (betas?.[channel] ?? 0) - (means?.[channel] ?? 0) * factor);
  return { factors: Float32Array.from(factors), shifts: Float32Array.from(shifts) };
}

/** In training mode the statistics are those of the input, over samples and positions, and the running statistics are updated with them. */
function trainingNormalization(node: LoweringNode, shape: Shape, channels: number, eps: number): void {
  const x = node.blob(0, channelView(shape));
  const along = channelAxis(channels);
  const average = (blob: DraftBlob): DraftBlob => reduceAxis(node, 'MEAN', reduceAxis(node, 'MEAN', blob, 2), 0);
  const mean = average(x);
  const centered = binary(node, 'SUB', x, mean);
  const variance = average(unary(node, 'SQUARE', centered));
  const factor = binary(node, 'DIV', node.blob(1, along), unary(node, 'SQRT', withScalar(node, 'ADD', variance, eps)));
  node.define(0, binary(node, 'ADD', binary(node, 'MUL', centered, factor), node.blob(2, along)));
  const momentum = node.float('momentum', 0.9);
  for (const [output, running, current] of [[1, 3, mean] as const, [2, 4, variance] as const]) {
    if (!node.hasOutput(output)) continue;
    const decayed = withScalar(node, 'MUL', node.blob(running, along), momentum);
    node.define(output, binary(node, 'ADD', decayed, withScalar(node, 'MUL', current, 1 - momentum)));
  }
}

/** InstanceNorm normalizes each outermost slice of a 3-D or 4-D blob. A batch is merged into the channels. */
function instanceNormalization(node: LoweringNode): void {
  const shape = node.shape(0);
  const channels = channelCount(node, shape);
  const eps = node.float('epsilon', 1e-5);
  const [scale, bias] = [node.constant(1), node.constant(2)];
  const [samples = 1, ...spatial] = shape;
  const rows = product([samples, channels]);
  const view: BlobShape = samples === 1 && (spatial.length === 3 || spatial.length === 4) ? spatial : [rows, 1, product(spatial.slice(1))];
  const x = node.blob(0, view);
  if (scale && bias && typeof samples === 'number' && typeof rows === 'number') {
    const weights = [repeated(scale, samples), repeated(bias, samples)];
    node.define(0, node.layer('InstanceNorm', [x], { channels: rows, eps, affine: 1 }, view, weights));
    return;
  }
  const normalized = node.layer('InstanceNorm', [x], { channels: 0, eps, affine: 0 }, view);
  scaleAndShift(node, normalized, shape, channels);
}

/** GroupNorm splits the outermost axis of a blob into groups. A batch is merged into the channels and multiplies the number of groups. */
function groupNormalization(node: LoweringNode): void {
  const shape = node.shape(0);
  const channels = channelCount(node, shape);
  const groups = node.int('num_groups');
  const eps = node.float('epsilon', 1e-5);
  const [samples = 1] = shape;
  if (typeof samples === 'string') node.sampleShape(0);
  const count = typeof samples === 'number' ? samples : 1;
  const view = sampleView(shape, count);
  const x = node.blob(0, view);
  const [scale, bias] = [node.constant(1), node.constant(2)];
  const params = { group: groups * count, channels: channels * count, eps };
  if (scale && bias) {
    const weights = [repeated(scale, count), repeated(bias, count)];
    node.define(0, node.layer('GroupNorm', [x], { ...params, affine: 1 }, view, weights));
    return;
  }
  const normalized = node.layer('GroupNorm', [x], { ...params, affine: 0 }, view);
  scaleAndShift(node, normalized, shape, channels);
}

/** Multiplies by operand 1 and adds operand 2, which are dynamic and have one value per channel. */
function scaleAndShift(node: LoweringNode, normalized: DraftBlob, shape: Shape, channels: number): void {
  const along = channelAxis(channels);
  const scaled = binary(node, 'MUL', node.view(normalized, channelView(shape)), node.blob(1, along));
  node.define(0, binary(node, 'ADD', scaled, node.blob(2, along)));
}

function channelView(shape: Shape): BlobShape {
  return [shape[0] ?? 1, shape[1] ?? 1, product(shape.slice(2))];
}

function channelAxis(channels: number): readonly number[] {
  return [1, channels, 1];
}

/** The blob shape of all samples with the channels outermost: the sample's own shape for one sample with at most four axes. */
function sampleView(shape: Shape, samples: number): BlobShape {
  const sample = shape.slice(1);
  if (samples === 1 && sample.length >= 1 && sample.length <= 4) return sample;
  const channels: Dimension = product([samples, shape[1] ?? 1]);
  return [channels, product(shape.slice(2))];
}

function channelCount(node: LoweringNode, shape: Shape): number {
  // A tensor of rank 1 has one channel.
  const channels = shape.length < 2 ? 1 : shape[1];
  if (channels === undefined || !isStatic([channels])) {
    throw new OperatorError('shape', `the number of channels of "${node.input(0).name}" is dynamic`);
  }
  return Number(channels);
}

/** The values of a constant, repeated for each sample. */
function repeated(tensor: Tensor, times: number): Weight {
  if (times === 1) return weightOfTensor(tensor);
  return computedWeight(tensor.size * times, () => {
    const values = tensor.toFloat32();
    return Float32Array.from({ length: values.length * times }, (_, index) => values[index % values.length] ?? 0);
  });
}
