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
  /** Of an int or a float; a name refers to another parameter of the layer, other text is ncnn's own formula. */
  readonly default?: number | string;
  /** Release (date) of ncnn that brought the parameter, where later than the layer. */
  readonly since?: number;
  /** Whether ints in an array of floats are the bits of floats, as ncnnoptimize writes them; otherwise they are numbers. */
  readonly intsAreBits?: true;
}

/** Parameters by ncnn's names for the members. */
export type ParamTable = Readonly<Record<string, ParamFacts>>;

export type NoParams = Readonly<Record<never, ParamFacts>>;

/** The parameters of a layer as ncnn sees them, given or by default. Reading one that the layer type does not have throws. */
export interface ParamReader {
  readonly has: (name: string) => boolean;
  /** An int or float parameter. */
  readonly number: (name: string) => number;
  /** An array parameter; empty where it is not given. */
  readonly numbers: (name: string) => readonly number[];
  /** A text parameter; empty where it is not given. */
  readonly text: (name: string) => string;
}

/** A layer as {@link LayerRecord.meaningSince} sees it. */
export interface MeaningCall extends ParamReader {
  /** The shapes of what the layer reads, as far as they are known. */
  readonly bottoms: readonly (BlobShape | undefined)[];
}

/** Layer types of one kind, for the colors of the report. */
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
 * Layers that ncnn creates inside of another one while it loads or runs it, on any processor or with Vulkan. A build without
 * them crashes or fails there.
 */
export interface CreatedLayers {
  readonly always?: readonly LayerType[];
  /** Where a kernel is 1x1: ncnn lets such a convolution take a vector, as a product. */
  readonly pointwise?: readonly LayerType[];
  /** Where the weight is fed as a blob. */
  readonly dynamicWeight?: readonly LayerType[];
  /** Where the layer computes in int8. */
  readonly int8?: readonly LayerType[];
  /** Whether the fused activation is a layer of its own in some builds. */
  readonly activation?: boolean;
}

/**
 * All facts about a layer type, from `src/layer/*.cpp` of ncnn 1.0.20261020. Only the kernel is not on the record: `kernels/` exports it under the
 * name of the type. So a net is read and written without loading kernels, and run without loading records.
 */
export interface LayerRecord<P extends ParamTable = ParamTable> {
  /** Number of the type in a `.param.bin`. */
  readonly index: number;
  /** Release (date) of ncnn that brought the layer. */
  readonly since: number;
  /** Release (date) of ncnn from which the layer takes blobs of four axes, where later than 20220216, which brought these. */
  readonly fourAxesSince?: number;
  /** Release (date) of ncnn from which the layer computes on such blobs what it does today, where earlier ones compute something else. */
  readonly meaningSince?: (call: MeaningCall) => number;
  readonly family: LayerFamily;
  /** ncnn's `one_blob_only` as the layer is created: it reads one blob and makes one. */
  readonly oneBlobOnly?: true;
  /** Where `oneBlobOnly`, parameters with which it reads further blobs, which give sizes or weights. */
  readonly takesMore?: (value: (name: string) => number) => boolean;
  /** ncnn's `support_inplace` as the layer is created. */
  readonly inplace?: true;
  /**
   * What ncnn does with fp16 storage and arithmetic, as on phones: `stored` where the blobs and what is computed of single elements are fp16,
   * `summed` where sums of many products are fp16, too. Absent for a layer that computes in fp32, or only moves elements.
   */
  readonly half?: 'stored' | 'summed';
  /** Not in a build of ncnn unless asked for. */
  readonly offByDefault?: true;
  readonly params: P;
  /** The int parameter that chooses one of several operators, and its codes. */
  readonly operators?: { readonly param: string; readonly codes: CodeTable };
  /** Codes of `activation_type`, where an activation can be fused into the layer. */
  readonly activations?: CodeTable;
  /** Weights in file order; absent for a layer without any. */
  readonly weights?: WeightRule;
  /** `same` where each top has the shape of the bottom at its place, or of the only one; absent where it depends on values. */
  readonly shape?: 'same' | ShapeRule;
  /**
   * What becomes of single elements. `moved`: the tops hold elements of the bottoms, bit for bit. `mapped`: a function of single elements that keeps
   * small differences small. `stepped`: rounding, comparing or picking, which can turn the smallest difference into a whole step. Absent for
   * anything else, such as sums.
   */
  readonly elements?: 'moved' | 'mapped' | 'stepped';
  /** Its tops are the memory of its bottom. */
  readonly sharesMemory?: true;
  /** Reads the bits of its bottom as int32. */
  readonly readsInt32?: true;
  /** What the columns of its top hold, where that is a row for each thing found; none found is an empty blob. */
  readonly columns?: readonly string[];
  readonly creates?: CreatedLayers;
  /** Absent for a layer that neither multiplies nor adds. */
  readonly multiplyAdds?: MultiplyAddRule;
  /** ncnn creates it for any net: blobs are packed and cast between layers. */
  readonly createdByAnyNet?: true;
  /** Why there is no kernel. */
  readonly withoutKernel?: string;
}
