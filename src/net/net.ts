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

/** Parameters of a layer by ncnn's names; absent ones have ncnn's default. */
export type LayerParams<T extends LayerType> = {
  readonly [P in keyof Records[T]['params']]?: ValueOf<Records[T]['params'][P]>;
};

/** A parameter by id: of a custom layer, or of a known layer whose record does not have it. */
export interface RawParam {
  readonly id: number;
  readonly kind: ParamKind;
  readonly value: number | string | readonly number[];
}

interface LayerBase {
  readonly name: string;
  /** Names of the input blobs. */
  readonly bottoms: readonly string[];
  /** Names of the output blobs. */
  readonly tops: readonly string[];
  /** In file order. */
  readonly weights: readonly Weight[];
  readonly rawParams?: readonly RawParam[];
  /** Arrays of floats in the parameters that the source file writes as ints, mapped to these ints. The writer writes the same ints. */
  readonly spelledInts?: ReadonlyMap<readonly number[], readonly number[]>;
}

/** A layer of the type `T`, or the union for several types. */
export type LayerOf<T extends LayerType> = {
  readonly [K in T]: LayerBase & { readonly type: K; readonly params: LayerParams<K> };
}[T];

/** A layer of a type that the user's runtime registers. */
export interface CustomLayer extends LayerBase {
  readonly type: 'Custom';
  readonly customType: string;
}

export type Layer = LayerOf<LayerType> | CustomLayer;

/** The size of an axis of a blob: a number, or the symbol of a dynamic axis. */
export type BlobDimension = number | string;

/** 1 to 4 axes, outermost first: `[w]`, `[h, w]`, `[c, h, w]`, `[c, d, h, w]`. No batch axis. */
export type BlobShape = readonly BlobDimension[];

/**
 * A net that ncnn runs. Each blob has a name and one layer that produces it, and any number of layers may read it: Split layers are added
 * when the net is written. Inputs are `Input` layers.
 */
export interface Net {
  /** In execution order: a layer comes after the layers that produce its bottoms. */
  readonly layers: readonly Layer[];
  /** The known shapes of blobs. */
  readonly shapes: ReadonlyMap<string, BlobShape>;
  /** Blobs that the caller extracts; passes keep them and their names. */
  readonly outputs: readonly string[];
  /** Blobs that keep their names without being outputs: those that the source passes through a Split. */
  readonly named?: ReadonlySet<string>;
  /** Blobs that keep their names and readers, so that the caller may also feed them. */
  readonly keep?: ReadonlySet<string>;
}

/** Creates a layer; the types ensure that the parameters belong to the layer type. */
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

/** The layer type in the file. */
export function typeName(layer: Layer): string {
  return layer.type === 'Custom' ? layer.customType : layer.type;
}

/** Number of elements of a blob; `undefined` if an axis is dynamic. */
export function blobSize(shape: BlobShape): number | undefined {
  let size = 1;
  for (const dimension of shape) {
    if (typeof dimension === 'string') return undefined;
    size *= dimension;
  }
  return size;
}
