import type { BlobShape } from '../net.ts';
import type { ParamReader } from './record.ts';

/** A shape without dynamic axes: 1 to 4 sizes, outermost first. */
export type BlobSizes = readonly number[];

/** A layer and the shapes of its bottoms. */
export interface ShapeCall extends ParamReader {
  readonly bottoms: readonly BlobSizes[];
  readonly topCount: number;
  /** Whether the layer has parameters that are not in its record. */
  readonly hasRawParams: boolean;
}

/**
 * The shapes of the tops, as ncnn's `forward` creates them; `undefined` if shapes and parameters do not determine them, or if ncnn would
 * reject the layer.
 */
export type ShapeRule = (call: ShapeCall) => readonly BlobSizes[] | undefined;

/** Whether a shape is known and has no dynamic axes. */
export function isSizes(shape: BlobShape | undefined): shape is BlobSizes {
  return shape?.every((size) => typeof size === 'number') ?? false;
}

/** Number of elements. */
export function elementsOf(shape: BlobSizes): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The index of an axis counted from the front; `undefined` if the shape has no such axis. */
export function axisIn(shape: BlobSizes, axis: number): number | undefined {
  const positive = axis < 0 ? axis + shape.length : axis;
  return positive >= 0 && positive < shape.length ? positive : undefined;
}

/** The shape with another size on one axis. */
export function withBlobSize(shape: BlobSizes, axis: number, size: number): BlobSizes {
  return shape.map((old, at) => (at === axis ? size : old));
}
