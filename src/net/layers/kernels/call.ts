import { bfloat16ToNumber, halfToNumber } from '../../../bytes/half.ts';
import { floatsOf, type Weight } from '../../weight.ts';
import type { ParamReader } from '../record.ts';
import { type Arithmetic, exactArithmetic } from './arithmetic.ts';

/** A blob with its values: 1 to 4 axes, outermost first, row-major without gaps. int32 values are stored as their bits. */
export interface BlobData {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/**
 * Computes a layer in float32, with sums in float64. Follows ncnn's generic implementation; throws {@link LayerError} where ncnn rejects
 * the layer, crashes or reads out of bounds.
 */
export type Kernel = (call: LayerCall) => readonly BlobData[];

/** ncnn would not run the layer, or the kernel does not support this variant. */
export class LayerError extends Error {
  override readonly name = 'LayerError';
}

/** A layer as kernels see it, independent of where its parameters come from. */
export interface CalledLayer {
  readonly params: ParamReader;
  readonly weights: readonly Weight[];
  readonly topCount: number;
}

/** Counts the elements that a layer allocates and its steps of arithmetic. Throws if they exceed the limit. */
export type SpendOnLayer = (resource: 'elements' | 'steps', amount: number) => void;

/** One call of a layer: its parameters, weights and bottoms. */
export class LayerCall {
  readonly weights: readonly Weight[];
  readonly topCount: number;
  readonly bottoms: readonly BlobData[];
  /**
   * Kernels call this before work whose amount depends on parameters or values. Work proportional to the size of the bottoms is not
   * counted.
   */
  readonly spend: SpendOnLayer;
  readonly arithmetic: Arithmetic;
  readonly #params: ParamReader;

  constructor(
    { params, weights, topCount }: CalledLayer,
    bottoms: readonly BlobData[],
    spend: SpendOnLayer = () => {},
    arithmetic: Arithmetic = exactArithmetic,
  ) {
    this.spend = spend;
    this.weights = weights;
    this.topCount = topCount;
    this.bottoms = bottoms;
    this.arithmetic = arithmetic;
    this.#params = params;
  }

  /** Whether the layer type has this parameter. */
  has(name: string): boolean {
    return this.#params.has(name);
  }

  /** An int parameter, or a float parameter rounded to float32. */
  number(name: string): number {
    return Math.fround(this.#params.number(name));
  }

  /** An array parameter; empty if it is not set. */
  numbers(name: string): readonly number[] {
    return this.#params.numbers(name);
  }

  /** A string parameter; empty if it is not set. */
  text(name: string): string {
    return this.#params.text(name);
  }

  /** The bottom with this index. Throws if the layer has fewer bottoms. */
  bottom(index: number): BlobData {
    const blob = this.bottoms[index];
    if (blob === undefined) throw new LayerError(`bottom ${index} is missing`);
    return blob;
  }

  /** A blob of zeros. Throws if an axis is empty, which ncnn does not support. */
  newBlob(shape: readonly number[]): BlobData {
    if (shape.length < 1 || shape.length > 4 || !shape.every((size) => Number.isInteger(size) && size > 0)) {
      throw new LayerError(`the result would have the shape [${shape.join(',')}]`);
    }
    this.spend('elements', elements(shape));
    return { shape, values: new Float32Array(elements(shape)) };
  }

  /** A weight as floats, by its index in the file. Throws if it is missing or quantized. */
  weight(index: number): Float32Array {
    const weight = this.weights[index];
    if (weight === undefined) throw new LayerError(`weight ${index} is missing`);
    return decoded(weight);
  }
}

function decoded(weight: Weight): Float32Array {
  switch (weight.storage) {
    case 'float32':
      return floatsOf(weight);
    case 'float16':
    case 'bfloat16': {
      const toNumber = weight.storage === 'float16' ? halfToNumber : bfloat16ToNumber;
      const bytes = weight.read();
      const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      return Float32Array.from({ length: weight.length }, (_, index) => toNumber(words.getUint16(index * 2, true)));
    }
    default:
      throw new LayerError(`weights stored as ${weight.storage} are not supported by the interpreter`);
  }
}

/** The sizes of a blob in ncnn's terms; missing axes have size 1. */
export interface Extents {
  readonly dims: number;
  readonly w: number;
  readonly h: number;
  readonly d: number;
  readonly c: number;
  /** `w * h * d`: the number of elements in a channel. */
  readonly size: number;
}

export function extents({ shape }: BlobData): Extents {
  const [w = 1, h = 1, third = 1, fourth] = [...shape].reverse();
  const [d, c] = fourth === undefined ? [1, third] : [third, fourth];
  return { dims: shape.length, w, h, d, c, size: w * h * d };
}

/** The shape of a blob with `dims` axes, from ncnn's sizes. */
export function blobShapeOf(
  dims: number,
  { w, h, d, c }: { readonly w: number; readonly h?: number; readonly d?: number; readonly c?: number },
): readonly number[] {
  const shapes = [[w], [h ?? 1, w], [c ?? 1, h ?? 1, w], [c ?? 1, d ?? 1, h ?? 1, w]];
  return shapes[dims - 1] ?? [];
}

export function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The same elements with another shape. Throws if the number of elements differs. */
export function reshapeBlob({ shape, values }: BlobData, target: readonly number[]): BlobData {
  if (elements(target) !== values.length || target.some((size) => size <= 0)) {
    throw new LayerError(`[${shape.join(',')}] cannot be reshaped to [${target.join(',')}]`);
  }
  return { shape: target, values };
}

/** Rounds results that were computed in float64 to float32. */
export function rounded(shape: readonly number[], values: ArrayLike<number>): BlobData {
  return { shape, values: new Float32Array(values) };
}

export function requireThat(condition: boolean, message: string): void {
  if (!condition) throw new LayerError(message);
}

/** An `axis` parameter counted from the front. */
export function axisOf(axis: number, dims: number): number {
  const positive = axis < 0 ? axis + dims : axis;
  requireThat(positive >= 0 && positive < dims, `axis ${axis} does not exist in a blob of ${dims} dims`);
  return positive;
}

/** Number of elements before an axis, on it, and after it. */
export function splitAround(shape: readonly number[], axis: number): readonly [before: number, size: number, after: number] {
  return [elements(shape.slice(0, axis)), shape[axis] ?? 1, elements(shape.slice(axis + 1))];
}

/** The axes of a blob with `dims` axes, outermost first, as parameter names spell them. */
export function blobAxes(dims: number): readonly string[] {
  return { 1: ['w'], 2: ['h', 'w'], 3: ['c', 'h', 'w'], 4: ['c', 'd', 'h', 'w'] }[dims] ?? [];
}
