import type { BlobShape } from '../net.ts';
import type { ParamReader } from './record.ts';

/** A shape without free axes: 1 to 4 sizes, outermost first. */
export type BlobSizes = readonly number[];

/** A layer and the shapes of what it reads. */
export interface ShapeCall extends ParamReader {
  readonly bottoms: readonly BlobSizes[];
  readonly topCount: number;
  /** Whether the layer has parameters that its record does not know. */
  readonly hasRawParams: boolean;
}

/**
 * The shapes of what a layer makes, one a top, as ncnn's `forward` creates them; `undefined` where they do not
 * follow from shapes and parameters, or where ncnn would refuse.
 */
export type ShapeRule = (call: ShapeCall) => readonly BlobSizes[] | undefined;

/** Whether a shape is known and has no free axes. */
export function isSizes(shape: BlobShape | undefined): shape is BlobSizes {
  return shape?.every((size) => typeof size === 'number') ?? false;
}

/** Number of elements. */
export function elementsOf(shape: BlobSizes): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** An axis counted from the front; `undefined` where the shape has no such axis. */
export function axisIn(shape: BlobSizes, axis: number): number | undefined {
  const positive = axis < 0 ? axis + shape.length : axis;
  return positive >= 0 && positive < shape.length ? positive : undefined;
}

/** The shape with another size on an axis. */
export function withBlobSize(shape: BlobSizes, axis: number, size: number): BlobSizes {
  return shape.map((old, at) => (at === axis ? size : old));
}
