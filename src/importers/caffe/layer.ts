import type { Remedy } from '../../diagnostics/advice.ts';
import type { DiagnosticCode } from '../../diagnostics/catalogue/index.ts';
import { cutBefore, fixShapes } from '../../diagnostics/remedies.ts';
import type { BlobDimension, BlobShape, LayerParams, LayerType, RawParam } from '../../net/net.ts';
import type { Weight } from '../../net/weight.ts';
import type { CaffeBlob } from './blobs.ts';
import type { LayerMessage } from './upgrade.ts';

/** Axes of a Caffe blob, batch axis first. The batch axis is 1 if the net is computed one sample at a time. */
export type CaffeShape = readonly BlobDimension[];

/** Maximum number of axes of a Caffe blob. */
export const maxCaffeAxes = 32;

/** A Caffe blob and the ncnn blob that holds it. */
export interface Value {
  /** Name of the ncnn blob. It is provisional: the final names are assigned at the end. */
  readonly blob: string;
  readonly shape: CaffeShape;
  /** Shape of the ncnn blob: the same elements in the same order. */
  readonly blobShape: BlobShape;
}

export interface EmitOptions {
  readonly weights?: readonly Weight[];
  readonly rawParams?: readonly RawParam[];
  /** Suffix to the Caffe layer's name, for additional layers. */
  readonly suffix?: string;
}

/** Everything needed to convert a Caffe layer. */
export interface LayerContext {
  readonly message: LayerMessage;
  readonly inputs: readonly Value[];
  readonly blobs: readonly CaffeBlob[];
  /** Batch size that the net computes one sample at a time; 1 if the batch has one sample. */
  readonly batch: number;
  /** Adds an ncnn layer with one top and returns the top's blob. */
  readonly emit: <T extends LayerType>(
    type: T,
    params: LayerParams<T>,
    bottoms: readonly string[],
    shape: BlobShape,
    options?: EmitOptions,
  ) => string;
  /** Like `emit`, for several tops. */
  readonly emitMany: <T extends LayerType>(
    type: T,
    params: LayerParams<T>,
    bottoms: readonly string[],
    shapes: readonly BlobShape[],
    options?: EmitOptions,
  ) => readonly string[];
  /** The blob of a value, reshaped to `shape` with the same elements. Adds a Reshape layer if the stored shape differs. */
  readonly view: (value: Value, shape: BlobShape) => string;
  /** Charges the budget for a constant whose size comes from the model. Throws `NcnnError` (`limit-exceeded`). */
  readonly reserve: (elements: number) => void;
  /** Adds a constant of the given shape and returns its blob. */
  readonly constant: (values: Float32Array | Weight, shape: BlobShape) => string;
  /**
   * The learned blob at an index. If it is missing or has the wrong size, this reports an error and returns zeros, so that all such blobs
   * of the net are found.
   */
  readonly weight: (index: number, what: string, shape: readonly number[], exact?: boolean) => Weight;
  /** Adds a warning. */
  readonly warn: (message: string, hint: string) => void;
  /** A name for an axis of unknown size. */
  readonly symbol: (axis: string) => string;
}

/** Converts one layer: adds layers to the net and returns the values of its tops. */
export type ConvertLayer = (context: LayerContext) => readonly Value[];

/** How to convert a layer type. */
export interface LayerRule {
  readonly convert: ConvertLayer;
  /** Axis 0 of the bottoms is time, not the batch. */
  readonly timeFirst?: true;
}

/** Rules by Caffe layer type. A rule with no other properties is written as its `convert` function. */
export type LayerRules = Readonly<Record<string, ConvertLayer | LayerRule>>;

/** A layer that cannot be converted. */
export class CaffeLayerError extends Error {
  override readonly name = 'LayerError';
  readonly code: DiagnosticCode;
  readonly remedy: string | Remedy;

  constructor(code: DiagnosticCode, message: string, remedy: string | Remedy) {
    super(message);
    this.code = code;
    this.remedy = remedy;
  }
}

/** Remedy for a layer that ncnn cannot compute. The layer's bottoms are added later, where they are known. */
export const cutBeforeLayer: Remedy = { ...cutBefore, hint: 'Cut the net before the layer.' };

const batchOfOne: Remedy = { ...fixShapes, hint: 'Make the first size of every input 1.' };

/** The layer violates Caffe's own rules. */
export function invalid(message: string, remedy: string | Remedy = 'Check the prototxt: Caffe would reject it, too.'): CaffeLayerError {
  return new CaffeLayerError('operator-invalid', message, remedy);
}

/** ncnn does not support the layer or the setting. */
export function unsupported(message: string, remedy: string | Remedy = cutBeforeLayer): CaffeLayerError {
  return new CaffeLayerError('operator-unsupported', message, remedy);
}

/** The input at an index. Throws if the layer has fewer inputs. */
export function inputAt({ inputs }: LayerContext, index: number): Value {
  const value = inputs[index];
  if (value === undefined) throw invalid(`expected at least ${index + 1} bottoms, got ${inputs.length}`);
  return value;
}

/** The only input. Throws if there are several. */
export function onlyInput(context: LayerContext): Value {
  if (context.inputs.length !== 1) throw invalid(`expected 1 bottom, got ${context.inputs.length}`);
  return inputAt(context, 0);
}

/** The default ncnn shape of a Caffe blob: without a batch axis of 1, and with at most four axes. */
export function storedShape(shape: CaffeShape): BlobShape {
  const axes = shape.length > 1 && shape[0] === 1 ? shape.slice(1) : shape;
  if (axes.length === 0) return [1];
  if (axes.length <= 4) return axes;
  const excess = axes.length - 4;
  const ones = axes.filter((axis) => axis === 1).length;
  if (ones >= excess) {
    let remaining = excess;
    return axes.filter((axis) => axis !== 1 || remaining-- <= 0);
  }
  return [fixedProduct(axes.slice(0, excess + 1)), ...axes.slice(excess + 1)];
}

/** A value stored in the default shape. */
export function usualValue(blob: string, shape: CaffeShape): Value {
  return { blob, shape, blobShape: storedShape(shape) };
}

/** Resolves a negative axis. Throws if the axis is out of range. */
export function positiveAxis(axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (positive < 0 || positive >= rank) throw invalid(`axis ${axis} is out of range for a blob of ${rank} axes`);
  return positive;
}

/** The sizes, if all of them are known. Throws `shape-unknown` otherwise. */
export function fixed(shape: CaffeShape): readonly number[] {
  return shape.map((axis) => {
    if (typeof axis === 'number') return axis;
    throw new CaffeLayerError('shape-unknown', `the layer needs the size of its input, which is [${shape.join(', ')}]`, fixShapes);
  });
}

export function fixedProduct(sizes: CaffeShape): number {
  return fixed(sizes).reduce((size, axis) => size * axis, 1);
}

/** Channels, height and width of an image blob. Throws if the blob is not an image or has more than one sample. */
export function imageShape({ shape }: Value): readonly [BlobDimension, BlobDimension, BlobDimension] {
  const [samples, channels, height, width] = shape;
  if (channels === undefined || height === undefined || width === undefined || shape.length !== 4) {
    throw invalid(`expected an image with 4 axes, got [${shape.join(', ')}]`);
  }
  oneSample(samples);
  return [channels, height, width];
}

/** Throws unless the batch axis is 1. */
export function oneSample(samples: BlobDimension | undefined): void {
  if (samples !== 1) {
    throw unsupported(`the layer takes one sample, but axis 0 of the bottom has size ${samples}`, batchOfOne);
  }
}

export function sameCaffeShape(left: CaffeShape, right: CaffeShape): boolean {
  return left.length === right.length && left.every((axis, index) => axis === right[index]);
}

/** Rejects operations across the batch axis if the net computes one sample of several at a time. */
export function refuseBatchAxis({ batch }: LayerContext, what: string): void {
  if (batch > 1) {
    throw unsupported(`${what} goes over the ${batch} samples of the batch, but ncnn computes one sample at a time`, batchOfOne);
  }
}
