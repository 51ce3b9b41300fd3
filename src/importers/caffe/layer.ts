import type { Remedy } from '../../diagnostics/advice.ts';
import type { DiagnosticCode } from '../../diagnostics/catalogue/index.ts';
import { cutBefore, fixShapes } from '../../diagnostics/remedies.ts';
import type { BlobDimension, BlobShape, LayerParams, LayerType, RawParam } from '../../net/net.ts';
import type { Weight } from '../../net/weight.ts';
import type { CaffeBlob } from './blobs.ts';
import type { LayerMessage } from './upgrade.ts';

/** Axes of a Caffe blob, the batch axis first; where the net is computed sample by sample that one is 1. */
export type CaffeShape = readonly BlobDimension[];

/** Most axes of a blob of Caffe. */
export const maxCaffeAxes = 32;

/** A Caffe blob and where it is found in the net. */
export interface Value {
  /** Name of the net's blob; provisional, names for the outside are given at the end. */
  readonly blob: string;
  readonly shape: CaffeShape;
  /** Shape in which the net has it: the same elements in the same order. */
  readonly held: BlobShape;
}

export interface EmitOptions {
  readonly weights?: readonly Weight[];
  readonly rawParams?: readonly RawParam[];
  /** Put behind the Caffe layer's name, for layers that only prepare. */
  readonly suffix?: string;
}

/** What a Caffe layer is converted with. */
export interface LayerContext {
  readonly message: LayerMessage;
  readonly inputs: readonly Value[];
  readonly blobs: readonly CaffeBlob[];
  /** Samples on the batch axis that the net computes one by one; 1 where there is no more than one. */
  readonly batch: number;
  /** Adds a layer of ncnn with one result and returns its blob. */
  readonly emit: <T extends LayerType>(
    type: T,
    params: LayerParams<T>,
    bottoms: readonly string[],
    shape: BlobShape,
    options?: EmitOptions,
  ) => string;
  /** As `emit`, with several results. */
  readonly emitMany: <T extends LayerType>(
    type: T,
    params: LayerParams<T>,
    bottoms: readonly string[],
    shapes: readonly BlobShape[],
    options?: EmitOptions,
  ) => readonly string[];
  /** The blob in another grouping of the same elements; adds a Reshape where it is held otherwise. */
  readonly view: (value: Value, shape: BlobShape) => string;
  /** Pays for a constant that is about to be made, of a size that the model gives. Throws `NcnnError` (`limit-exceeded`). */
  readonly reserve: (elements: number) => void;
  /** A constant of the given shape. */
  readonly constant: (values: Float32Array | Weight, shape: BlobShape) => string;
  /**
   * The learned blob at an index. Where it is missing or of another size, that is noted down and zeros are given, so that
   * every such blob of the net is found.
   */
  readonly weight: (index: number, what: string, shape: readonly number[], exact?: boolean) => Weight;
  /** Notes a caution down. */
  readonly warn: (message: string, hint: string) => void;
  /** A name for an axis whose size is not known. */
  readonly symbol: (axis: string) => string;
}

/** Converts one layer: adds layers to the net and gives the values of its tops. */
export type ConvertLayer = (context: LayerContext) => readonly Value[];

/** What is known of a layer type. */
export interface LayerRule {
  readonly convert: ConvertLayer;
  /** The bottoms have time, and not samples, on axis 0. */
  readonly timeFirst?: true;
}

/** Rules by Caffe's name of the layer type; one that only converts is written as that function. */
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

/** For a layer that ncnn cannot compute; the blobs that it reads are added where it is known. */
export const cutBeforeLayer: Remedy = { ...cutBefore, hint: 'Cut the net in front of the layer.' };

const batchOfOne: Remedy = { ...fixShapes, hint: 'Make the first size of every input 1.' };

/** The layer breaks Caffe's own rules. */
export function invalid(message: string, remedy: string | Remedy = 'Check the prototxt: Caffe itself would refuse it.'): CaffeLayerError {
  return new CaffeLayerError('operator-invalid', message, remedy);
}

/** ncnn has no form of the layer or of the setting. */
export function unsupported(message: string, remedy: string | Remedy = cutBeforeLayer): CaffeLayerError {
  return new CaffeLayerError('operator-unsupported', message, remedy);
}

/** The input at an index; throws where the layer has fewer. */
export function inputAt({ inputs }: LayerContext, index: number): Value {
  const value = inputs[index];
  if (value === undefined) throw invalid(`the layer has ${inputs.length} bottoms and needs ${index + 1}`);
  return value;
}

/** The only input; throws where there are several. */
export function onlyInput(context: LayerContext): Value {
  if (context.inputs.length !== 1) throw invalid(`the layer has ${context.inputs.length} bottoms instead of 1`);
  return inputAt(context, 0);
}

/** The shape in which a net has a Caffe blob unless there is a reason: without a batch axis of 1, and no more than four axes. */
export function storedShape(shape: CaffeShape): BlobShape {
  const axes = shape.length > 1 && shape[0] === 1 ? shape.slice(1) : shape;
  if (axes.length === 0) return [1];
  if (axes.length <= 4) return axes;
  const excess = axes.length - 4;
  const ones = axes.filter((axis) => axis === 1).length;
  if (ones >= excess) {
    let left = excess;
    return axes.filter((axis) => axis !== 1 || left-- <= 0);
  }
  return [fixedProduct(axes.slice(0, excess + 1)), ...axes.slice(excess + 1)];
}

/** A value held in the usual shape. */
export function usualValue(blob: string, shape: CaffeShape): Value {
  return { blob, shape, held: storedShape(shape) };
}

/** An axis that may count from the end. Throws where it lies outside. */
export function positiveAxis(axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (positive < 0 || positive >= rank) throw invalid(`the axis ${axis} is outside of a blob of ${rank} axes`);
  return positive;
}

/** The sizes, where all of them are known. Throws `shape-unknown` otherwise. */
export function fixed(shape: CaffeShape): readonly number[] {
  return shape.map((axis) => {
    if (typeof axis === 'number') return axis;
    throw new CaffeLayerError('shape-unknown', `the layer needs the size of its input, which is [${shape.join(', ')}]`, fixShapes);
  });
}

export function fixedProduct(sizes: CaffeShape): number {
  return fixed(sizes).reduce((size, axis) => size * axis, 1);
}

/** Channels, height and width of an image blob. Throws where it is none, or holds more than one sample. */
export function imageShape({ shape }: Value): readonly [BlobDimension, BlobDimension, BlobDimension] {
  const [samples, channels, height, width] = shape;
  if (channels === undefined || height === undefined || width === undefined || shape.length !== 4) {
    throw invalid(`the bottom has ${shape.length} axes instead of the 4 of images: [${shape.join(', ')}]`);
  }
  oneSample(samples);
  return [channels, height, width];
}

/** Throws unless the batch axis is 1. */
export function oneSample(samples: BlobDimension | undefined): void {
  if (samples !== 1) {
    throw unsupported(`axis 0 of the bottom has ${samples} entries, and the layer takes one sample`, batchOfOne);
  }
}

export function sameCaffeShape(left: CaffeShape, right: CaffeShape): boolean {
  return left.length === right.length && left.every((axis, index) => axis === right[index]);
}

/** Refuses to touch the batch axis where the net computes only one sample of several. */
export function refuseBatchAxis({ batch }: LayerContext, what: string): void {
  if (batch > 1) {
    throw unsupported(`${what} goes over the ${batch} samples of the batch, and a net of ncnn computes one at a time`, batchOfOne);
  }
}
