import { float } from '../../../../graph/ir/graph.ts';
import { OperatorError } from '../../../../graph/ir/operator.ts';
import { Tensor } from '../../../../graph/ir/tensor.ts';
import type { AtenCall } from '../call.ts';
import { type AtenFamily, atenOperator } from '../operator.ts';

/** Normalizations at inference. */
export const normalizationFamily: AtenFamily = [
  atenOperator(
    'batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps, bool cudnn_enabled) -> Tensor',
    (call) => {
      if (call.bool('training')) return batchStatistics(call);
      return batchNorm(call);
    },
  ),
  atenOperator(
    'native_batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps) -> (Tensor, Tensor, Tensor)',
    (call) => {
      if (call.bool('training')) throw trainingError();
      return withEmptyStatistics(call, batchNorm(call));
    },
  ),
  atenOperator(
    '_native_batch_norm_legit_no_training(Tensor input, Tensor? weight, Tensor? bias, Tensor running_mean, Tensor running_var, float momentum, float eps) -> (Tensor, Tensor, Tensor)',
    (call) => withEmptyStatistics(call, batchNorm(call)),
  ),
  atenOperator(
    'cudnn_batch_norm(Tensor input, Tensor weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float exponential_average_factor, float epsilon) -> (Tensor, Tensor, Tensor, Tensor)',
    (call) => [...withEmptyStatistics(call, batchNorm(call)), call.constant(Tensor.of('uint8', [0], new Uint8Array(0)))],
  ),
  atenOperator(
    'instance_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool use_input_stats, float momentum, float eps, bool cudnn_enabled) -> Tensor',
    instanceNorm,
  ),
  atenOperator(
    'layer_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight=None, Tensor? bias=None, float eps=1e-05, bool cudnn_enable=True) -> Tensor',
    (call) => layerNorm(call),
  ),
  atenOperator(
    'native_layer_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight, Tensor? bias, float eps) -> (Tensor, Tensor, Tensor)',
    (call) => {
      const result = layerNorm(call);
      return [result, ...layerMoments(call)];
    },
  ),
  atenOperator('rms_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight=None, float? eps=None) -> Tensor', rmsNorm),
  atenOperator(
    'group_norm(Tensor input, int num_groups, Tensor? weight=None, Tensor? bias=None, float eps=1e-05, bool cudnn_enabled=True) -> Tensor',
    (call) => groupNorm(call, call.int('num_groups')),
  ),
  atenOperator(
    'native_group_norm(Tensor input, Tensor? weight, Tensor? bias, SymInt N, SymInt C, SymInt HxW, int group, float eps) -> (Tensor, Tensor, Tensor)',
    (call) => withEmptyStatistics(call, groupNorm(call, call.int('group'))),
  ),
  atenOperator('_weight_norm(Tensor v, Tensor g, int dim=0) -> Tensor', weightNorm),
  atenOperator('_weight_norm_interface(Tensor v, Tensor g, int dim=0) -> (Tensor, Tensor)', (call) => [weightNorm(call), call.input('g')]),
];

function trainingError(): OperatorError {
  return new OperatorError(
    'unsupported',
    'batch normalization of a model in training changes its statistics',
    'Export the model after model.eval().',
  );
}

/** Results for statistics that programs do not read at inference. */
function withEmptyStatistics(call: AtenCall, result: string): readonly string[] {
  const empty = (): string => call.constant(Tensor.float32([], [0]));
  return [result, empty(), empty()];
}

/** A scale or shift per channel; ones or zeros by default. */
function perChannel(call: AtenCall, name: string, channels: number, fill: number): string {
  return call.optionalInput(name) ?? call.constant(Tensor.of('float32', [channels], new Float32Array(channels).fill(fill)));
}

function batchNorm(call: AtenCall): string {
  const input = call.input('input');
  const channels = call.sizeOfAxis(input, 1);
  const mean = call.optionalInput('running_mean');
  const variance = call.optionalInput('running_var');
  if (mean === undefined || variance === undefined) throw trainingError();
  const operands = [input, perChannel(call, 'weight', channels, 1), perChannel(call, 'bias', channels, 0), mean, variance];
  const dtype = call.dtypeOf(input);
  return call.emit(
    'BatchNormalization',
    operands.map((operand) => call.cast(operand, dtype)),
    { epsilon: float(call.float('eps')) },
  );
}

/** Without running statistics, those of the batch are used, which for one sample are those of instance normalization. */
function batchStatistics(call: AtenCall): string {
  if (!call.isNone('running_mean')) throw trainingError();
  const input = call.input('input');
  const axes = call.integers(Array.from({ length: call.rankOf(input) }, (_, axis) => axis).filter((axis) => axis !== 1));
  const centered = call.emit('Sub', [input, call.emit('ReduceMean', [input, axes], { keepdims: 1 })]);
  const variance = call.emit('ReduceMean', [call.emit('Mul', [centered, centered]), axes], { keepdims: 1 });
  const deviation = call.emit('Sqrt', [call.emit('Add', [variance, call.scalarLike(call.float('eps'), variance)])]);
  return affine(call, call.emit('Div', [centered, deviation]));
}

/** Applies the scale and shift of the channels, on axis 1. */
function affine(call: AtenCall, value: string): string {
  const spread = (operand: string): string =>
    call.reshape(operand, [call.sizeOfAxis(operand, 0), ...Array.from({ length: call.rankOf(value) - 2 }, () => 1)]);
  const [weight, bias] = [call.optionalInput('weight'), call.optionalInput('bias')];
  const scaled = weight === undefined ? value : call.emit('Mul', [value, spread(weight)]);
  return bias === undefined ? scaled : call.emit('Add', [scaled, spread(bias)]);
}

function instanceNorm(call: AtenCall): string {
  const input = call.input('input');
  if (!call.bool('use_input_stats')) return batchNorm(call);
  const channels = call.sizeOfAxis(input, 1);
  const operands = [input, perChannel(call, 'weight', channels, 1), perChannel(call, 'bias', channels, 0)];
  return call.emit('InstanceNormalization', operands, { epsilon: float(call.float('eps')) });
}

/** The last axes are normalized together. */
function layerNorm(call: AtenCall): string {
  const input = call.input('input');
  const shape = normalizedShape(call, input);
  const [weight, bias] = [call.optionalInput('weight'), call.optionalInput('bias')];
  const ones = (): string =>
    call.constant(Tensor.of('float32', shape, new Float32Array(shape.reduce((size, length) => size * length, 1)).fill(1)));
  const scale = call.cast(weight ?? ones(), call.dtypeOf(input));
  return call.emit('LayerNormalization', bias === undefined ? [input, scale] : [input, scale, bias], {
    axis: -shape.length,
    epsilon: float(call.float('eps')),
  });
}

/** The sizes of the last axes, which are normalized together. */
function normalizedShape(call: AtenCall, input: string): readonly number[] {
  const shape = call.ints('normalized_shape');
  const last = shape.length === 0 ? [] : call.shapeOf(input).slice(-shape.length);
  if (last.length === shape.length && shape.every((size, axis) => size >= 0 && (typeof last[axis] === 'string' || last[axis] === size)))
    return shape;
  throw new OperatorError('invalid', `the argument "normalized_shape" is [${shape.join(',')}], but the last axes are [${last.join(',')}]`);
}

/** The mean and the reciprocal deviation, which the decomposed operator also returns. */
function layerMoments(call: AtenCall): readonly string[] {
  const input = call.input('input');
  const rank = call.rankOf(input);
  const count = call.ints('normalized_shape').length;
  const axes = call.integers(Array.from({ length: count }, (_, place) => rank - count + place));
  const mean = call.emit('ReduceMean', [input, axes], { keepdims: 1 });
  const centered = call.emit('Sub', [input, mean]);
  const variance = call.emit('ReduceMean', [call.emit('Mul', [centered, centered]), axes], { keepdims: 1 });
  const deviation = call.emit('Sqrt', [call.emit('Add', [variance, call.scalarLike(call.float('eps'), variance)])]);
  return [mean, call.emit('Reciprocal', [deviation])];
}

/** Without `eps`, the machine epsilon of the type is used. */
function rmsNorm(call: AtenCall): string {
  const input = call.input('input');
  const shape = normalizedShape(call, input);
  const epsilon = call.optionalFloat('eps') ?? (call.dtypeOf(input) === 'float64' ? 2.220446049250313e-16 : 1.1920928955078125e-7);
  const ones = (): string =>
    call.constant(Tensor.of('float32', shape, new Float32Array(shape.reduce((size, length) => size * length, 1)).fill(1)));
  return call.emit('RMSNormalization', [input, call.cast(call.optionalInput('weight') ?? ones(), call.dtypeOf(input))], {
    axis: -shape.length,
    epsilon: float(epsilon),
  });
}

function groupNorm(call: AtenCall, groups: number): string {
  const input = call.input('input');
  const channels = call.sizeOfAxis(input, 1);
  const operands = [input, perChannel(call, 'weight', channels, 1), perChannel(call, 'bias', channels, 0)];
  return call.emit('GroupNormalization', operands, { num_groups: groups, epsilon: float(call.float('eps')) });
}

/** `g · v / |v|`, with the norm over all axes except one. */
function weightNorm(call: AtenCall): string {
  const [direction, length] = [call.input('v'), call.input('g')];
  const rank = call.rankOf(direction);
  const dim = call.int('dim');
  const axes = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => dim === -1 || axis !== call.axis(dim, rank));
  const norm = call.emit('ReduceL2', [direction, call.integers(axes)], { keepdims: 1 });
  return call.emit('Mul', [direction, call.emit('Div', [length, norm])]);
}
