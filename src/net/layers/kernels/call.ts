import { bfloat16ToNumber, halfToNumber } from '../../../bytes/half.ts';
import { convolve } from '../../../kernels/convolution.ts';
import { floatsOf, type Weight } from '../../weight.ts';
import type { ParamReader } from '../record.ts';

/** A blob with its values: row-major without gaps, 1 to 4 axes, outermost first. int32 values stand in it as bits. */
export interface BlobData {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/**
 * What a layer of a type computes, in fp32 with sums in float64. Follows ncnn's plain implementation; throws
 * {@link LayerError} where ncnn refuses, crashes or reads what is not there.
 */
export type Kernel = (call: LayerCall) => readonly BlobData[];

/** ncnn would not run the layer, or its kernel does not know the form. */
export class LayerError extends Error {
  override readonly name = 'LayerError';
}

/** A layer as kernels see it, wherever its parameters come from. */
export interface CalledLayer {
  readonly params: ParamReader;
  readonly weights: readonly Weight[];
  readonly topCount: number;
}

/** Pays for the elements that a layer makes and for its steps of arithmetic. Throws where they are more than allowed. */
export type SpendOnLayer = (resource: 'elements' | 'steps', amount: number) => void;

/** How sums of products are added up. */
export interface Sums {
  /** As `convolve` of `kernels/convolution.ts`. */
  readonly convolve: typeof convolve;
  /** `start`, and the sum of the products of two runs of elements. */
  readonly dot: (a: ArrayLike<number>, firstA: number, b: ArrayLike<number>, firstB: number, length: number, start: number) => number;
}

/** In float64, which is as good as any order of float32. */
const exactSums: Sums = {
  convolve,
  dot: (a, firstA, b, firstB, length, start) => {
    let sum = start;
    for (let index = 0; index < length; index++) sum += (a[firstA + index] ?? 0) * (b[firstB + index] ?? 0);
    return sum;
  },
};

/** A layer at work: its parameters, weights and bottoms. */
export class LayerCall {
  readonly weights: readonly Weight[];
  readonly topCount: number;
  readonly bottoms: readonly BlobData[];
  /** Kernels call it before they do work of a size that parameters or values give; work in proportion to the bottoms costs nothing. */
  readonly spend: SpendOnLayer;
  readonly sums: Sums;
  readonly #params: ParamReader;

  constructor(
    { params, weights, topCount }: CalledLayer,
    bottoms: readonly BlobData[],
    spend: SpendOnLayer = () => {},
    sums: Sums = exactSums,
  ) {
    this.spend = spend;
    this.weights = weights;
    this.topCount = topCount;
    this.bottoms = bottoms;
    this.sums = sums;
    this.#params = params;
  }

  /** Whether the layer type has a parameter of that name. */
  has(name: string): boolean {
    return this.#params.has(name);
  }

  /** An int parameter, or a float one as the float32 it becomes. */
  number(name: string): number {
    return Math.fround(this.#params.number(name));
  }

  /** An array parameter; none where it is not given. */
  numbers(name: string): readonly number[] {
    return this.#params.numbers(name);
  }

  /** A text parameter; empty where it is not given. */
  text(name: string): string {
    return this.#params.text(name);
  }

  /** A bottom. Throws where the layer has none there. */
  bottom(index: number): BlobData {
    const blob = this.bottoms[index];
    if (blob === undefined) throw new LayerError(`bottom ${index} is missing`);
    return blob;
  }

  /** A blob of zeros. Throws where an axis would have no elements, which ncnn has no blobs for. */
  newBlob(shape: readonly number[]): BlobData {
    if (shape.length < 1 || shape.length > 4 || !shape.every((size) => Number.isInteger(size) && size > 0)) {
      throw new LayerError(`the result would have the shape [${shape.join(',')}]`);
    }
    this.spend('elements', elements(shape));
    return { shape, values: new Float32Array(elements(shape)) };
  }

  /** A weight as floats, by its place in the file. Throws where it is missing or quantized. */
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

/** The sizes that ncnn gives a blob; those of axes that it lacks are 1. */
export interface Extents {
  readonly dims: number;
  readonly w: number;
  readonly h: number;
  readonly d: number;
  readonly c: number;
  /** `w * h * d`: elements of a channel. */
  readonly size: number;
}

export function extents({ shape }: BlobData): Extents {
  const [w = 1, h = 1, third = 1, fourth] = [...shape].reverse();
  const [d, c] = fourth === undefined ? [1, third] : [third, fourth];
  return { dims: shape.length, w, h, d, c, size: w * h * d };
}

/** Shape of so many dims from ncnn's sizes. */
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

/** The same elements with another shape. Throws where their number differs. */
export function reshapeBlob({ shape, values }: BlobData, wanted: readonly number[]): BlobData {
  if (elements(wanted) !== values.length || wanted.some((size) => size <= 0)) {
    throw new LayerError(`[${shape.join(',')}] cannot be reshaped to [${wanted.join(',')}]`);
  }
  return { shape: wanted, values };
}

/** Stores results computed in float64. */
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

/** Elements in front of an axis, on it, and behind it. */
export function splitAround(shape: readonly number[], axis: number): readonly [before: number, size: number, after: number] {
  return [elements(shape.slice(0, axis)), shape[axis] ?? 1, elements(shape.slice(axis + 1))];
}

/** The axes of a blob of so many dims, outermost first, as parameters spell them. */
export function blobAxes(dims: number): readonly string[] {
  return { 1: ['w'], 2: ['h', 'w'], 3: ['c', 'h', 'w'], 4: ['c', 'd', 'h', 'w'] }[dims] ?? [];
}
