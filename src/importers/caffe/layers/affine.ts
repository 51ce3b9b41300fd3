import type { BlobShape } from '../../../net/net.ts';
import { weightOf } from '../../../net/weight.ts';
import {
  type CaffeShape,
  type ConvertLayer,
  fixed,
  fixedProduct,
  inputAt,
  invalid,
  type LayerContext,
  type LayerRules,
  positiveAxis,
  sameCaffeShape,
  type Value,
} from '../layer.ts';
import { channelsFirst, sameAs } from './axes.ts';

const multiply = 2;
const add = 0;

/** The axes of the bottom that the factors cover: `count` axes starting at `axis`, or all remaining axes for -1. */
function factorShape(shape: CaffeShape, axis: number, count: number): { readonly at: number; readonly shape: CaffeShape } {
  if (count === 0) return { at: 0, shape: [] };
  const at = positiveAxis(axis, shape.length);
  const factors = count === -1 ? shape.slice(at) : shape.slice(at, at + count);
  if (count > 0 && factors.length < count) throw invalid(`\`num_axes\` is ${count}, but only ${factors.length} axes are left`);
  return { at, shape: factors };
}

/** Whether there is one factor per channel, as in ncnn's Scale. */
function isByChannel(shape: CaffeShape, at: number, factors: CaffeShape): boolean {
  return (
    shape.length > 1 && shape[0] === 1 && ((at === 1 && factors.length === 1) || (at === 0 && factors.length === 2 && factors[0] === 1))
  );
}

/** Applies factors to some axes of the bottom. Both operands are reshaped to [outer, factors, inner]. */
function operate(context: LayerContext, operation: number, value: Value, factors: Factors, suffix?: string): Value {
  const { shape } = value;
  const { at, shape: over } = factors;
  const outer = fixedProduct(fixed(shape.slice(0, at)));
  const middle = fixedProduct(fixed(over));
  const inner = fixedProduct(fixed(shape.slice(at + over.length)));
  const view: BlobShape = outer === 1 ? (inner === 1 ? [middle] : [middle, inner]) : [outer, middle, inner];
  const operand: BlobShape = outer === 1 ? (inner === 1 ? [middle] : [middle, 1]) : [1, middle, 1];
  const options = suffix === undefined ? {} : { suffix };
  const blob = context.emit('BinaryOp', { op_type: operation }, [context.view(value, view), factors.blob(operand)], view, options);
  return sameAs(value, blob, view);
}

interface Factors {
  readonly at: number;
  readonly shape: CaffeShape;
  readonly blob: (shape: BlobShape) => string;
}

/** Uses a learned blob as factors. */
function learned(context: LayerContext, index: number, what: string, at: number, shape: CaffeShape): Factors {
  const weight = context.weight(index, what, fixed(shape), false);
  return {
    at,
    shape,
    blob: (operand) => context.constant(weight, operand),
  };
}

/** Multiplies by factors and adds an optional bias. The factors are learned or come from a second bottom. */
const scale: ConvertLayer = (context) => {
  const value = inputAt(context, 0);
  const { axis = 1, num_axes: count = 1, bias_term: bias = false } = context.message.scale_param ?? {};
  const second = context.inputs[1];
  if (second !== undefined) {
    const at = positiveAxis(axis, value.shape.length);
    const scaled = dynamicScale(context, value, second, at);
    if (!bias) return [scaled];
    const over = value.shape.slice(at, at + second.shape.length);
    return [operate(context, add, scaled, learned(context, 0, 'biases', at, over), 'bias')];
  }
  const { at, shape: over } = factorShape(value.shape, axis, count);
  if (isByChannel(value.shape, at, over)) {
    const { blob, shape } = channelsFirst(context, value);
    const declared = over.at(-1);
    const channels = typeof declared === 'number' ? declared : (context.blobs[0]?.count ?? 0);
    const weights = [context.weight(0, 'factors', [channels], false), ...(bias ? [context.weight(1, 'biases', [channels], false)] : [])];
    const params = { scale_data_size: channels, bias_term: bias ? 1 : 0 };
    return [sameAs(value, context.emit('Scale', params, [blob], shape, { weights }), shape)];
  }
  const scaled = operate(context, multiply, value, learned(context, 0, 'factors', at, over));
  return [bias ? operate(context, add, scaled, learned(context, 1, 'biases', at, over), 'bias') : scaled];
};

/** Factors computed by the net. Those of a squeeze-and-excitation block have one element per channel. */
function dynamicScale(context: LayerContext, value: Value, factors: Value, at: number): Value {
  const over = value.shape.slice(at, at + factors.shape.length);
  const same = sameCaffeShape(over, factors.shape);
  // Forks allow axes of size 1 in the factors; Caffe requires that they are omitted.
  const trailing = factors.shape.length;
  const ones = factors.shape.filter((axis) => axis !== 1);
  const channels = value.shape[1];
  if (!same && (ones.length > 1 || (ones.length === 1 && ones[0] !== channels) || trailing > value.shape.length)) {
    throw invalid(`factors of shape [${factors.shape.join(', ')}] do not match the axes of [${value.shape.join(', ')}] from axis ${at}`);
  }
  if (!same || isByChannel(value.shape, at, over)) {
    const { blob, shape } = channelsFirst(context, value);
    const operand = [channels ?? 1, ...shape.slice(1).map(() => 1)];
    return sameAs(value, context.emit('BinaryOp', { op_type: multiply }, [blob, context.view(factors, operand)], shape), shape);
  }
  return operate(context, multiply, value, { at, shape: over, blob: (operand) => context.view(factors, operand) });
}

/** Adds a bias, which is learned or comes from a second bottom. */
const bias: ConvertLayer = (context) => {
  const value = inputAt(context, 0);
  const { axis = 1, num_axes: count = 1 } = context.message.bias_param ?? {};
  const second = context.inputs[1];
  if (second !== undefined) {
    const at = positiveAxis(axis, value.shape.length);
    const over = value.shape.slice(at, at + second.shape.length);
    if (!sameCaffeShape(over, second.shape)) {
      throw invalid(`a bias of shape [${second.shape.join(', ')}] does not match the axes of [${value.shape.join(', ')}] from axis ${at}`);
    }
    return [operate(context, add, value, { at, shape: over, blob: (operand) => context.view(second, operand) })];
  }
  const { at, shape: over } = factorShape(value.shape, axis, count);
  if (isByChannel(value.shape, at, over)) {
    const { blob, shape } = channelsFirst(context, value);
    const declared = over.at(-1);
    const channels = typeof declared === 'number' ? declared : (context.blobs[0]?.count ?? 0);
    const weights = [weightOf(new Float32Array(channels).fill(1)), context.weight(0, 'biases', [channels], false)];
    return [sameAs(value, context.emit('Scale', { scale_data_size: channels, bias_term: 1 }, [blob], shape, { weights }), shape)];
  }
  return [operate(context, add, value, learned(context, 0, 'biases', at, over))];
};

/** Multiplies one blob by a factor per channel and adds another blob. */
const axpy: ConvertLayer = (context) => {
  const factors = inputAt(context, 0);
  const value = inputAt(context, 1);
  const addend = inputAt(context, 2);
  const { blob, shape } = channelsFirst(context, value);
  const operand = [value.shape[1] ?? 1, ...shape.slice(1).map(() => 1)];
  const scaled = context.emit('BinaryOp', { op_type: multiply }, [blob, context.view(factors, operand)], shape, { suffix: 'scale' });
  return [sameAs(value, context.emit('BinaryOp', { op_type: add }, [scaled, context.view(addend, shape)], shape), shape)];
};

/** Element-wise operation on bottoms of the same shape. */
const eltwise: ConvertLayer = (context) => {
  const first = inputAt(context, 0);
  inputAt(context, 1);
  const { operation = 'SUM', coeff = [] } = context.message.eltwise_param ?? {};
  const other = context.inputs.find(({ shape }) => !sameCaffeShape(shape, first.shape) && shape.every((axis) => typeof axis === 'number'));
  if (other !== undefined && first.shape.every((axis) => typeof axis === 'number')) {
    throw invalid(`the bottoms have different shapes, [${first.shape.join(', ')}] and [${other.shape.join(', ')}]`);
  }
  if (coeff.length > 0 && (coeff.length !== context.inputs.length || operation !== 'SUM')) {
    throw invalid(`${operation} over ${context.inputs.length} bottoms cannot have ${coeff.length} coefficients`);
  }
  const codes: Readonly<Record<string, number>> = { PROD: 0, SUM: 1, MAX: 2 };
  const code = codes[operation];
  if (code === undefined) throw invalid(`unknown operation ${operation}`);
  const bottoms = context.inputs.map((input) =>
    sameCaffeShape(input.shape, first.shape) ? context.view(input, first.blobShape) : input.blob,
  );
  const params = { op_type: code, ...(coeff.some((factor) => factor !== 1) ? { coeffs: coeff } : {}) };
  return [sameAs(first, context.emit('Eltwise', params, bottoms, first.blobShape))];
};

export const affineLayerRules: LayerRules = { Scale: scale, Bias: bias, Axpy: axpy, Eltwise: eltwise };
