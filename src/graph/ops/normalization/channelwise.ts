import { channelMoments, type Moments, normalizeRows, scaleChannels } from '../../../kernels/normalization.ts';
import { elementCount, isStatic } from '../../ir/dimension.ts';
import type { ValueType } from '../../ir/graph.ts';
import { numericTensor, present } from '../../ir/numericTensor.ts';
import { type Operator, OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import type { Tensor } from '../../ir/tensor.ts';
import { batchOfSamples, imagewise } from '../rules/samples.ts';

/** Normalizations of [N, C, …] with a scale and a shift for each channel. */
export const channelwiseOperators: OperatorFamily = {
  BatchNormalization: {
    perSample: true,
    channels: 'first',
    // In training mode, the statistics are computed over all samples.
    batch: (node, axes, result) => (node.int('training_mode', 0) === 0 ? batchOfSamples(node, axes, result) : undefined),
    infer: (node) => {
      const type = sameAsInput(node);
      checkPerChannel(node, [1, 2, 3, 4]);
      if (node.int('training_mode', 0) === 0) return [type];
      const { dtype, shape } = node.input(3);
      return [type, { dtype, shape }, { dtype, shape }];
    },
    evaluate: (node, [x, scale, bias, mean, variance]) => {
      const data = present(x);
      const values = data.toFloat64();
      const epsilon = node.float('epsilon', 1e-5);
      const [factors, summands] = [present(scale).toFloat64(), present(bias).toFloat64()];
      const running: Moments = { mean: present(mean).toFloat64(), variance: present(variance).toFloat64() };
      const training = node.int('training_mode', 0) !== 0;
      const current = training ? channelMoments(values, data.shape[1] ?? 1, elementCount(data.shape.slice(2))) : running;
      const factor = (channel: number): number => (factors[channel] ?? 0) / Math.sqrt((current.variance[channel] ?? 0) + epsilon);
      const summand = (channel: number): number => (summands[channel] ?? 0) - (current.mean[channel] ?? 0) * factor(channel);
      const y = perChannel(data, values, factor, summand);
      if (!training) return [y];
      const momentum = node.float('momentum', 0.9);
      const moved = (from: Float64Array, to: Float64Array): Tensor =>
        numericTensor(
          present(mean).dtype,
          present(mean).shape,
          from.map((value, channel) => value * momentum + (to[channel] ?? 0) * (1 - momentum)),
        );
      return [y, moved(running.mean, current.mean), moved(running.variance, current.variance)];
    },
  },
  InstanceNormalization: grouped((_node, channels) => channels),
  GroupNormalization: grouped((node, channels) => {
    const groups = node.int('num_groups');
    if (groups < 1 || channels % groups !== 0) {
      throw new OperatorError('invalid', `${channels} channels cannot be divided into ${groups} groups`);
    }
    return groups;
  }),
};

/** Each group of channels of each sample has mean 0 and variance 1 before scale and shift. */
function grouped(groupsOf: (node: OperatorNode, channels: number) => number): Operator {
  return {
    ...imagewise,
    infer: (node) => {
      const [, channels] = node.input(0).shape ?? [];
      if (typeof channels === 'number') groupsOf(node, channels);
      checkPerChannel(node, [1, 2]);
      return [sameAsInput(node)];
    },
    evaluate: (node, [x, scale, bias]) => {
      const tensor = present(x);
      const [samples = 1, channels = 1] = tensor.shape;
      const rows = samples * groupsOf(node, channels);
      const normalized = normalizeRows(tensor.toFloat64(), tensor.size / rows, node.float('epsilon', 1e-5));
      const [factors, summands] = [present(scale).toFloat64(), present(bias).toFloat64()];
      return [
        perChannel(
          tensor,
          normalized,
          (channel) => factors[channel] ?? 0,
          (channel) => summands[channel] ?? 0,
        ),
      ];
    },
  };
}

/** Checks that the operands have one value per channel. */
function checkPerChannel(node: OperatorNode, operands: readonly number[]): void {
  const [, channels = 1] = node.input(0).shape ?? [];
  if (typeof channels !== 'number' || node.input(0).shape === undefined) return;
  for (const operand of operands) {
    const { shape } = node.input(operand);
    if (shape === undefined || !isStatic(shape) || elementCount(shape) === channels) continue;
    throw new OperatorError(
      'invalid',
      `operand ${operand} has ${elementCount(shape)} elements, expected one for each of ${channels} channels`,
    );
  }
}

function sameAsInput(node: OperatorNode): ValueType {
  const { dtype, shape } = node.input(0);
  if (shape !== undefined && shape.length < 2 && node.operator !== 'BatchNormalization') {
    throw new OperatorError('invalid', `the operand must have a batch and a channel axis, not ${shape.length} axes`);
  }
  return { dtype, shape };
}

/** Values with the type and shape of `x`, scaled and shifted per channel. */
function perChannel(
  { dtype, shape }: Tensor,
  values: Float64Array,
  factor: (channel: number) => number,
  summand: (channel: number) => number,
): Tensor {
  return numericTensor(dtype, shape, scaleChannels(values, shape[1] ?? 1, elementCount(shape.slice(2)), factor, summand));
}
