import type { BlobShape, LayerType } from '../net.ts';
import type { CodeTable } from './codes.ts';
import type { MultiplyAddRule } from './multiplyAddRule.ts';
import type { ShapeRule } from './shapeRule.ts';
import type { WeightRule } from './weightRule.ts';

export type ParamKind = 'int' | 'float' | 'ints' | 'floats' | 'string';

/** Value of any parameter. */
export type ParamValue = number | string | readonly number[];

export interface ParamFacts {
  readonly id: number;
  readonly kind: ParamKind;
  /** Default of an int or float. A name refers to another parameter of the layer, other text is a formula of ncnn. */
  readonly default?: number | string;
  /** Release (date) of ncnn that added the parameter, if later than the layer. */
  readonly since?: number;
  /** Whether ints in an array of floats are the bits of floats, as ncnnoptimize writes them. Otherwise they are numbers. */
  readonly intsAreBits?: true;
}

/** Parameters, named like the members of ncnn's layer class. */
export type ParamTable = Readonly<Record<string, ParamFacts>>;

export type NoParams = Readonly<Record<never, ParamFacts>>;

/** The effective parameters of a layer, set or default. Reading a parameter that the layer type does not have throws. */
export interface ParamReader {
  readonly has: (name: string) => boolean;
  /** An int or float parameter. */
  readonly number: (name: string) => number;
  /** An array parameter; empty if it is not set. */
  readonly numbers: (name: string) => readonly number[];
  /** A string parameter; empty if it is not set. */
  readonly text: (name: string) => string;
}

/** The input of {@link LayerRecord.meaningSince}. */
export interface MeaningCall extends ParamReader {
  /** The known shapes of the bottoms. */
  readonly bottoms: readonly (BlobShape | undefined)[];
}

/** Groups of layer types, for the colors of the report. */
export type LayerFamily =
  | 'input'
  | 'convolution'
  | 'linear'
  | 'activation'
  | 'normalization'
  | 'pooling'
  | 'arithmetic'
  | 'movement'
  | 'sequence'
  | 'other';

/**
 * Layers that ncnn creates inside another layer when it loads or runs it, on any processor or with Vulkan. In a build without them, that
 * layer crashes or fails.
 */
export interface CreatedLayers {
  readonly always?: readonly LayerType[];
  /** If the kernel is 1x1: ncnn then accepts a vector and computes an InnerProduct. */
  readonly pointwise?: readonly LayerType[];
  /** If the weight is read from a blob. */
  readonly dynamicWeight?: readonly LayerType[];
  /** If the layer computes in int8. */
  readonly int8?: readonly LayerType[];
  /** Whether some builds create a separate layer for the fused activation. */
  readonly activation?: boolean;
}

/**
 * How a layer computes with fp16 storage and arithmetic, as on phones; its `support_fp16_storage` on ARM. `moved`: elements are only moved.
 * `stored`: blobs are fp16, and steps are fp32. `rounded`: each step is rounded to fp16. `computed`: the same, but only with fp16 arithmetic.
 * `summed`: the same as `computed`, with sums of many products and weights in fp16.
 */
export type HalfUse = 'moved' | 'stored' | 'rounded' | 'computed' | 'summed';

/**
 * All facts about a layer type, from `src/layer/*.cpp` of ncnn 1.0.20261020, except the kernel, which `kernels/` exports under the name of
 * the type. This way, reading and writing a net does not load the kernels, and running it does not load the records.
 */
export interface LayerRecord<P extends ParamTable = ParamTable> {
  /** Index of the type in a `.param.bin`. */
  readonly index: number;
  /** Release (date) of ncnn that added the layer. */
  readonly since: number;
  /** Release (date) of ncnn from which the layer accepts blobs of four axes, if later than 20220216, which introduced them. */
  readonly fourAxesSince?: number;
  /**
   * Release (date) of ncnn from which the layer computes its current result for these parameters and bottoms; earlier releases compute
   * something else.
   */
  readonly meaningSince?: (call: MeaningCall) => number;
  readonly family: LayerFamily;
  /** ncnn's `one_blob_only` when the layer is created: it has one bottom and one top. */
  readonly oneBlobOnly?: true;
  /** If `oneBlobOnly`: whether these parameters make the layer read further blobs, which contain sizes or weights. */
  readonly takesMore?: (value: (name: string) => number) => boolean;
  /** ncnn's `support_inplace` when the layer is created. */
  readonly inplace?: true;
  /** Absent if the layer reads and computes fp32 blobs, which ncnn casts for it. */
  readonly half?: HalfUse;
  /** ncnn builds include the layer only on request. */
  readonly offByDefault?: true;
  readonly params: P;
  /** The int parameter that selects one of several operators, and its codes. */
  readonly operators?: { readonly param: string; readonly codes: CodeTable };
  /** Codes of `activation_type`, if an activation can be fused into the layer. */
  readonly activations?: CodeTable;
  /** Weights in file order; absent if the layer has none. */
  readonly weights?: WeightRule;
  /** `same` if each top has the shape of the bottom with the same index, or of the only bottom. Absent if the shapes depend on values. */
  readonly shape?: 'same' | ShapeRule;
  /**
   * What the layer does with single elements. `moved`: the tops contain elements of the bottoms, bit for bit. `mapped`: a function of
   * single elements that keeps small differences small. `stepped`: rounding, comparison or selection, which can turn the smallest
   * difference into a whole unit. Absent for everything else, such as sums.
   */
  readonly elements?: 'moved' | 'mapped' | 'stepped';
  /** The tops share the memory of the bottom. */
  readonly sharesMemory?: true;
  /** The layer reads the bits of its bottom as int32. */
  readonly readsInt32?: true;
  /** The columns of the top if it has one row per detection; without detections, the top is an empty blob. */
  readonly columns?: readonly string[];
  readonly creates?: CreatedLayers;
  /** Absent if the layer neither multiplies nor adds. */
  readonly multiplyAdds?: MultiplyAddRule;
  /** ncnn creates the layer for any net, because it packs and casts blobs between layers. */
  readonly createdByAnyNet?: true;
  /** Why there is no kernel. */
  readonly withoutKernel?: string;
}
