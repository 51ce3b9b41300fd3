import type { BlobShape } from '../../../net/net.ts';
import { invalid, type LayerContext, oneSample, positiveAxis, refuseBatchAxis, storedShape, type Value } from '../layer.ts';

/** A blob reshaped so that one Caffe axis is a separate axis. */
export interface BottomAxisView {
  readonly blob: string;
  readonly shape: BlobShape;
  /** Index of the axis in `shape`. */
  readonly axis: number;
}

/** Reshapes a value so that a Caffe axis is separate. Uses the default shape if that has the axis. */
export function bottomAxisView(context: LayerContext, value: Value, axis: number): BottomAxisView {
  const { shape } = value;
  const at = positiveAxis(axis, shape.length);
  if (at === 0) refuseBatchAxis(context, 'the layer');
  if (at === 0 && shape.length > 1 && shape[0] === 1) {
    // The default shape omits this axis of size 1, but the layer changes its size.
    if (shape.length > 4) throw invalid(`a blob of ${shape.length} axes cannot be changed along its first axis`);
    return { blob: context.view(value, shape), shape, axis: 0 };
  }
  const blobShape = storedShape(shape);
  const axisInBlob = at - (shape.length > 1 && shape[0] === 1 ? 1 : 0);
  if (blobShape.length !== shape.length - (at - axisInBlob)) throw invalid(`ncnn does not support a blob of ${shape.length} axes`);
  return { blob: context.view(value, blobShape), shape: blobShape, axis: axisInBlob };
}

/** The blob with Caffe's axis 1 outermost, as required by ncnn layers with one weight per channel. */
export function channelsFirst(context: LayerContext, value: Value): { readonly blob: string; readonly shape: BlobShape } {
  const [samples, ...axes] = value.shape;
  if (axes.length === 0) throw invalid('the bottom has one axis, but the layer needs a channel axis');
  oneSample(samples);
  const [channels] = axes;
  const { blobShape } = value;
  if (blobShape[0] === channels && (blobShape.length === axes.length || axes.slice(1).every((axis) => axis === 1))) {
    return { blob: value.blob, shape: blobShape };
  }
  const shape = storedShape(value.shape);
  return { blob: context.view(value, shape), shape };
}

/** The number of channels: axis 1 of the blob or, if that is dynamic, the number given by the weights. */
export function channelCount({ shape }: Value, otherwise: number | undefined): number {
  const channels = shape[1];
  if (typeof channels === 'number') return channels;
  if (otherwise === undefined || !Number.isInteger(otherwise)) throw invalid('the number of channels cannot be determined');
  return otherwise;
}

/** A value with the same Caffe shape and the same stored shape as its source. */
export function sameAs(value: Value, blob: string, blobShape: BlobShape = value.blobShape): Value {
  return { blob, shape: value.shape, blobShape };
}
