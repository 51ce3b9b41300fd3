import type { BlobShape } from '../../../net/net.ts';
import { invalid, type LayerContext, oneSample, positiveAxis, refuseBatchAxis, storedShape, type Value } from '../layer.ts';

/** A blob seen so that one of Caffe's axes is an axis of it. */
export interface BottomAxisView {
  readonly blob: string;
  readonly shape: BlobShape;
  /** The axis, counted in `shape`. */
  readonly axis: number;
}

/** A value with an axis of its own for one of Caffe's, in the usual shape where that has it. */
export function bottomAxisView(context: LayerContext, value: Value, axis: number): BottomAxisView {
  const { shape } = value;
  const at = positiveAxis(axis, shape.length);
  if (at === 0) refuseBatchAxis(context, 'the layer');
  if (at === 0 && shape.length > 1 && shape[0] === 1) {
    // The axis was left out for its size of 1, but is to grow or to be cut now.
    if (shape.length > 4) throw invalid(`a blob of ${shape.length} axes cannot be used along its first one`);
    return { blob: context.view(value, shape), shape, axis: 0 };
  }
  const held = storedShape(shape);
  const axisInHeld = at - (shape.length > 1 && shape[0] === 1 ? 1 : 0);
  if (held.length !== shape.length - (at - axisInHeld)) throw invalid(`a blob of ${shape.length} axes is more than a net of ncnn can hold`);
  return { blob: context.view(value, held), shape: held, axis: axisInHeld };
}

/** The blob with Caffe's axis 1 as its first one, as ncnn's layers with a value for each channel want it. */
export function channelsFirst(context: LayerContext, value: Value): { readonly blob: string; readonly shape: BlobShape } {
  const [samples, ...axes] = value.shape;
  if (axes.length === 0) throw invalid('the bottom has one axis, and the layer needs one of channels');
  oneSample(samples);
  const [channels] = axes;
  const { held } = value;
  if (held[0] === channels && (held.length === axes.length || axes.slice(1).every((axis) => axis === 1))) {
    return { blob: value.blob, shape: held };
  }
  const shape = storedShape(value.shape);
  return { blob: context.view(value, shape), shape };
}

/** The number of channels, from a blob's axis 1 or, where that is free, from the weights. */
export function channelCount({ shape }: Value, otherwise: number | undefined): number {
  const channels = shape[1];
  if (typeof channels === 'number') return channels;
  if (otherwise === undefined || !Number.isInteger(otherwise)) throw invalid('the number of channels cannot be told');
  return otherwise;
}

/** A value of the same shape that is held as its source is. */
export function sameAs(value: Value, blob: string, held: BlobShape = value.held): Value {
  return { blob, shape: value.shape, held };
}
