import type { LimitOptions } from '../budget/limits.ts';
import type { Target } from './target.ts';

/** What a caller may ask of a conversion; the names are those of the query parameters and plugin options. */
export interface ConvertOptions extends LimitOptions {
  /**
   * Shapes of inputs by name (or `#0`, `#1` … by position), and of results of custom layers; -1 leaves an axis as the model declares it, so that
   * a free one stays free.
   */
  readonly shape?: Readonly<Record<string, readonly number[]>>;
  /** Inputs pinned to constants, by name or position; a list is spread over the declared shape. */
  readonly const?: Readonly<Record<string, ConstantValue>>;
  /** Tensors at which the graph is cut; they become the outputs. `+NAME` adds one to the outputs that there are. */
  readonly outputs?: readonly string[];
  /**
   * Tensors that stay blobs of the same name, read by the same layers, so that an app can extract and feed them: a name, or a glob with `*`
   * and `?`.
   */
  readonly keep?: readonly string[];
  /** Precision of the weights; `fp32` unless given. */
  readonly precision?: 'fp32' | 'fp16';
  /** `false` keeps the net as converted; a list names the passes to run. */
  readonly optimize?: boolean | readonly string[];
  /**
   * The oldest release of ncnn that the net must be right on, as its date: `20230223`. Passes that need a newer one are left out; what cannot
   * be expressed for it is an error. Any release unless given.
   */
  readonly ncnnVersion?: string;
  /** What the net is to be fast on: forms of layers that are fast on one kind of processor can be slow on another; `any` unless given. */
  readonly target?: Target;
  /**
   * `'guard'` masks the layers that fp16 arithmetic on phones would break, found on the inputs to calibrate with; `false` masks none. `'guard'` where
   * such inputs are given.
   */
  readonly fp16?: 'guard' | false;
  /** How much the outputs may lose in fp16, root mean square, as a share of their size: 0.02 unless given. */
  readonly fp16Tolerance?: number;
  /** Layers that stay fp32 under `precision: 'fp16'`. */
  readonly fp32Layers?: readonly string[];
  /**
   * Layer types that the user's own runtime registers; or the operators of a model that become such layers, by name with the domain in front:
   * `{ 'my:Foo': { type: 'Foo', params: { 0: 'alpha' } } }`.
   */
  readonly customLayers?: readonly string[] | Readonly<Record<string, CustomOperator>>;
  /** The prototxt of a `.caffemodel`, relative to its folder, where it is not the one of the same stem. */
  readonly prototxt?: string;
  /** The caffemodel of a `.prototxt`, relative to its folder, where it is not the one of the same stem. */
  readonly caffemodel?: string;
  /** The `-symbol.json` of a `.params`, relative to its folder, where it is not the one of the same stem. */
  readonly symbol?: string;
  /** The `.params` of a `-symbol.json`, relative to its folder, where it is not that of the same stem and the highest epoch. */
  readonly params?: string;
  /** Allows side files outside of the model's folder. */
  readonly allowOutside?: boolean;
}

/** The layer that an operator becomes. */
export interface CustomOperator {
  /** The type that the runtime registers. */
  readonly type: string;
  /** The attribute of the operator behind each parameter of the layer; one that a node does not have is left out. */
  readonly params?: Readonly<Record<string, string>>;
}

export type ConstantValue = number | bigint | boolean | readonly (number | bigint | boolean)[];

/** How a result is checked; {@link ConvertOptions} say what is made. */
export interface VerifySettings {
  /** Of the random inputs; 1 unless given. */
  readonly seed?: number;
  /** Largest difference allowed, as a share of a value: 1e-3, or 2e-2 with fp16 weights. */
  readonly rtol?: number;
  /** The same in units of the largest value of an output (of 1 where it is smaller): 1e-4, or 1e-2 with fp16 weights. */
  readonly atol?: number;
  /** Computes the net in fp16, as phones run it. Unless given, `rtol` is 0 and `atol` 2e-2 then. */
  readonly as?: 'phone';
  /** Computes an ONNX model with onnxruntime (`onnxruntime-node` or `onnxruntime-web`, to be installed) instead of our own operators. */
  readonly against?: 'onnxruntime';
}
