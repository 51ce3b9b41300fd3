import type { Layer, LayerOf, LayerType } from '../../net.ts';
import { numberParam, paramValue } from '../params.ts';

/** A shape without free axes: 1 to 4 sizes, outermost first. */
export type BlobSizes = readonly number[];

/** A layer and the shapes of what it reads. */
export interface ShapeCall {
  readonly layer: LayerOf<LayerType>;
  readonly bottoms: readonly BlobSizes[];
  /** An int or float parameter. */
  readonly number: (name: string) => number;
  /** An array parameter; none where it is not given. */
  readonly numbers: (name: string) => readonly number[];
  /** A text parameter; empty where it is not given. */
  readonly text: (name: string) => string;
}

/**
 * The shapes of what a layer makes, one a top, as ncnn's `forward` creates them; `undefined` where they cannot be told
 * from shapes and parameters, or where ncnn would refuse.
 */
export type ShapeRule = (call: ShapeCall) => readonly BlobSizes[] | undefined;

/** The rules of one family by layer type. */
export type ShapeFamily = Readonly<Partial<Record<LayerType, ShapeRule>>>;

export function shapeCall(layer: Exclude<Layer, { readonly type: 'Custom' }>, bottoms: readonly BlobSizes[]): ShapeCall {
  const { type, params } = layer;
  return {
    layer,
    bottoms,
    number: (name) => numberParam(type, params, name),
    numbers: (name) => {
      const value = paramValue(type, params, name);
      return typeof value === 'number' || typeof value === 'string' ? [] : value;
    },
    text: (name) => String(paramValue(type, params, name)),
  };
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
