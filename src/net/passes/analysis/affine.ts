import { alignedTo } from '../../layers/alignedTo.ts';
import { binaryCodes, unaryCodes } from '../../layers/codes.ts';
import { paramOf } from '../../layers/params.ts';
import { isSizes } from '../../layers/shapeRule.ts';
import type { Layer, LayerType } from '../../net.ts';
import { hasType, type LayerAmong, type NetEditor } from '../editor.ts';
import { constantOf } from './constant.ts';
import { float64Values, isFloatWeight } from './float64Values.ts';

/** The factor of each channel and the summand added after it: one value for all channels or one per channel. */
export interface Channelwise {
  readonly scale?: () => Float64Array;
  readonly shift?: () => Float64Array;
}

/** A layer that multiplies its input by constants and then adds constants, per tensor or per channel. */
export interface Affine extends Channelwise {
  /** The name that passes use for it. */
  readonly kind: AffineKind;
  /** The blob that it reads. */
  readonly source: string;
  /** The channel axis, counted from the front, and the number of channels; `undefined` if all elements get the same values. */
  readonly channels: { readonly axis: number; readonly count: number } | undefined;
}

export type AffineKind = 'batchnorm' | 'scale' | 'mul' | 'add' | 'dropout';

/** The layer types that can have each kind. */
const typesOfKind: Readonly<Record<AffineKind, readonly LayerType[]>> = {
  batchnorm: ['BatchNorm'],
  scale: ['Scale', 'Bias', 'Power'],
  mul: ['BinaryOp', 'UnaryOp'],
  add: ['BinaryOp'],
  dropout: ['Dropout'],
};

/** Description of the layers of each kind, for the descriptions of passes. */
export const affineNames: Readonly<Record<AffineKind, string>> = {
  batchnorm: 'a BatchNorm',
  scale: 'a Scale, Bias or linear Power',
  mul: 'constant factors',
  add: 'constant summands',
  dropout: 'the factor of a Dropout',
};

export const affineKinds: readonly AffineKind[] = ['batchnorm', 'scale', 'mul', 'add', 'dropout'];

/** Whether a net can contain layers of one of the kinds. */
export function hasAffine(editor: NetEditor, kinds: readonly AffineKind[] = affineKinds): boolean {
  return kinds.some((kind) => editor.has(...typesOfKind[kind]));
}

/** Reads a layer as a multiplication and shift of one of its bottoms by finite constants; `undefined` for any other layer. */
export function affineOf(layer: Layer, editor: NetEditor): Affine | undefined {
  const affine = readAffine(layer, editor);
  // Infinite factors cannot be moved: (x - 1) * inf is not x * inf - inf.
  const finite = [affine?.scale, affine?.shift].every((values) => values?.().every(Number.isFinite) ?? true);
  return finite ? affine : undefined;
}

function readAffine(layer: Layer, editor: NetEditor): Affine | undefined {
  const [source] = layer.bottoms;
  if (source === undefined || layer.tops.length !== 1) return undefined;
  if (hasType(layer, ['BinaryOp'])) return layer.bottoms.length === 1 ? scalarOp(layer, source) : constantOp(layer, editor);
  if (layer.bottoms.length !== 1) return undefined;
  if (hasType(layer, ['BatchNorm'])) return { kind: 'batchnorm', source, ...outermost(paramOf(layer, 'channels')), ...normFactors(layer) };
  if (hasType(layer, ['Scale'])) {
    const [scale, bias] = layer.weights;
    if (!isFloatWeight(scale)) return undefined;
    const shift = isFloatWeight(bias) ? { shift: () => float64Values(bias) } : {};
    return { kind: 'scale', source, ...outermost(paramOf(layer, 'scale_data_size')), scale: () => float64Values(scale), ...shift };
  }
  if (hasType(layer, ['Bias'])) {
    const [bias] = layer.weights;
    // With fewer axes, ncnn uses the first value for all elements.
    if (!isFloatWeight(bias) || (editor.shape(source)?.length ?? 0) < 3) return undefined;
    return { kind: 'scale', source, ...outermost(paramOf(layer, 'bias_data_size')), shift: () => float64Values(bias) };
  }
  if (hasType(layer, ['Dropout'])) return { kind: 'dropout', source, channels: undefined, scale: always(paramOf(layer, 'scale')) };
  if (hasType(layer, ['Power']) && paramOf(layer, 'power') === 1) {
    return { kind: 'scale', source, channels: undefined, scale: always(paramOf(layer, 'scale')), shift: always(paramOf(layer, 'shift')) };
  }
  if (hasType(layer, ['UnaryOp']) && paramOf(layer, 'op_type') === unaryCodes.NEG.code) {
    return { kind: 'mul', source, channels: undefined, scale: always(-1) };
  }
  return undefined;
}

/** The value of a parameter, rounded to float32 as ncnn stores it. */
function always(value: number): () => Float64Array {
  return () => Float64Array.of(Math.fround(value));
}

function outermost(count: number): Pick<Affine, 'channels'> {
  return { channels: { axis: 0, count } };
}

function scalarOp(layer: LayerAmong<'BinaryOp'>, source: string): Affine | undefined {
  const factors =
    paramOf(layer, 'with_scalar') === 0 ? undefined : operation(paramOf(layer, 'op_type'), false, always(paramOf(layer, 'b')));
  return factors && { source, channels: undefined, ...factors };
}

function constantOp(layer: LayerAmong<'BinaryOp'>, editor: NetEditor): Affine | undefined {
  for (const [constant, other] of [
    [1, 0],
    [0, 1],
  ] as const) {
    const values = constantOf(editor, layer.bottoms[constant]);
    const source = layer.bottoms[other];
    if (values === undefined || source === undefined || layer.bottoms.length !== 2) continue;
    const channels = affineChannels(values.shape, source, editor);
    const factors = channels && operation(paramOf(layer, 'op_type'), constant === 0, values.values);
    if (factors) return { source, ...channels, ...factors };
  }
  return undefined;
}

/** The factors and summands of `source op constant`, or of `constant op source` if `swapped`. */
function operation(
  code: number,
  swapped: boolean,
  constant: () => Float64Array,
): (Channelwise & { readonly kind: AffineKind }) | undefined {
  const { ADD, SUB, MUL, DIV, RSUB, RDIV } = binaryCodes;
  const negated = (): Float64Array => constant().map((value) => -value);
  switch (code) {
    case ADD.code:
      return { kind: 'add', shift: constant };
    case MUL.code:
      return { kind: 'mul', scale: constant };
    case SUB.code:
    case RSUB.code:
      return swapped === (code === SUB.code) ? { kind: 'add', scale: always(-1), shift: constant } : { kind: 'add', shift: negated };
    case DIV.code:
    case RDIV.code:
      // Division by zero is not always the same as multiplication by infinity.
      if (swapped === (code === DIV.code) || constant().includes(0)) return undefined;
      return { kind: 'mul', scale: () => constant().map((value) => 1 / value) };
    default:
      return undefined;
  }
}

/**
 * The axis along which ncnn broadcasts a constant that leaves the shape of the blob unchanged. `undefined` if the constant has values along
 * several axes, or if the shapes are not known.
 */
function affineChannels(constant: readonly number[], source: string, editor: NetEditor): Pick<Affine, 'channels'> | undefined {
  if (constant.length === 1 && constant[0] === 1) return { channels: undefined };
  const shape = editor.shape(source);
  if (!isSizes(shape)) {
    const [outer] = shape ?? [];
    return constant.length === 1 && outer === constant[0] && constant[0] !== undefined ? outermost(constant[0]) : undefined;
  }
  if (constant.length > shape.length) return undefined;
  const aligned = alignedTo(constant, shape);
  const axes = shape.flatMap((_, axis) => (aligned[axis] === 1 ? [] : [axis]));
  const [axis] = axes;
  if (axis === undefined) return { channels: undefined };
  const count = shape[axis] ?? 0;
  return axes.length === 1 && aligned[axis] === count ? { channels: { axis, count } } : undefined;
}

function normFactors(norm: LayerAmong<'BatchNorm'>): Channelwise {
  const factors = (): { readonly scale: Float64Array; readonly shift: Float64Array } => {
    const [slope, mean, variance, bias] = norm.weights.map(float64Values);
    if (slope === undefined || mean === undefined || variance === undefined || bias === undefined)
      throw new RangeError('a BatchNorm has four weights');
    const eps = Math.fround(paramOf(norm, 'eps'));
    const scale = slope.map((value, channel) => {
      const deviation = Math.sqrt((variance[channel] ?? 0) + eps);
      // ncnn also divides by 0.0001 if the deviation is zero.
      return value / (deviation === 0 ? 0.0001 : deviation);
    });
    return { scale, shift: bias.map((value, channel) => value - (mean[channel] ?? 0) * (scale[channel] ?? 0)) };
  };
  return { scale: () => factors().scale, shift: () => factors().shift };
}
