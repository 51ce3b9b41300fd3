import type { ParamKind } from './layers/record.ts';
import type * as records from './layers/records/index.ts';
import type { Weight } from './weight.ts';

type Records = typeof records;

/** Name of a layer type of ncnn. */
export type LayerType = keyof Records;

interface ParamValues {
  readonly int: number;
  readonly float: number;
  readonly ints: readonly number[];
  readonly floats: readonly number[];
  readonly string: string;
}

type ValueOf<F> = F extends { readonly kind: infer K extends ParamKind } ? ParamValues[K] : never;

/** Parameters of a layer by ncnn's names; one that is absent has ncnn's default. */
export type LayerParams<T extends LayerType> = {
  readonly [P in keyof Records[T]['params']]?: ValueOf<Records[T]['params'][P]>;
};

/** A parameter by its id: of a custom layer, or of a known one where its record does not have it. */
export interface RawParam {
  readonly id: number;
  readonly kind: ParamKind;
  readonly value: number | string | readonly number[];
}

interface LayerBase {
  readonly name: string;
  /** Names of the blobs read. */
  readonly bottoms: readonly string[];
  /** Names of the blobs made. */
  readonly tops: readonly string[];
  /** In file order. */
  readonly weights: readonly Weight[];
  readonly rawParams?: readonly RawParam[];
  /** Arrays of floats among the parameters that the source spells as ints, each with these: they are written as they came. */
  readonly spelledInts?: ReadonlyMap<readonly number[], readonly number[]>;
}

/** A layer of a given type; of several types, their union. */
export type LayerOf<T extends LayerType> = {
  readonly [K in T]: LayerBase & { readonly type: K; readonly params: LayerParams<K> };
}[T];

/** A layer type the user's own runtime knows. */
export interface CustomLayer extends LayerBase {
  readonly type: 'Custom';
  readonly customType: string;
}

export type Layer = LayerOf<LayerType> | CustomLayer;

/** Size of an axis of a blob: a number, or the symbol of a free axis. */
export type BlobDimension = number | string;

/** 1 to 4 axes, outermost first: `[w]`, `[h, w]`, `[c, h, w]`, `[c, d, h, w]`. No batch axis. */
export type BlobShape = readonly BlobDimension[];

/**
 * What ncnn runs. Blobs are named by strings, each made by one layer; any number of layers may read one, for Split
 * layers are put in only when the net is written. Inputs are `Input` layers.
 */
export interface Net {
  /** In the order of execution: a layer comes after those that make its bottoms. */
  readonly layers: readonly Layer[];
  /** Shapes of the blobs, as far as they are known. */
  readonly shapes: ReadonlyMap<string, BlobShape>;
  /** Blobs the caller extracts; passes keep them and their names. */
  readonly outputs: readonly string[];
  /** Blobs that stay with their names as outputs do, though they are none: those behind which the source has a Split. */
  readonly named?: ReadonlySet<string>;
  /** Blobs that stay with their names and their readers, so that a caller may also feed them. */
  readonly kept?: ReadonlySet<string>;
}

/** Makes a layer; checks at compile time that type and parameters belong together. */
export function makeLayer<T extends LayerType>(
  type: T,
  name: string,
  bottoms: readonly string[],
  tops: readonly string[],
  params: LayerParams<T>,
  weights: readonly Weight[] = [],
): LayerOf<T> {
  return { type, name, bottoms, tops, params, weights };
}

/** The type written to the file. */
export function typeName(layer: Layer): string {
  return layer.type === 'Custom' ? layer.customType : layer.type;
}

/** Number of elements of a blob; `undefined` where an axis is free. */
export function blobSize(shape: BlobShape): number | undefined {
  let size = 1;
  for (const dimension of shape) {
    if (typeof dimension === 'string') return undefined;
    size *= dimension;
  }
  return size;
}
