import type { LimitOptions } from '../budget/limits.ts';
import type { Target } from './target.ts';

/** Options of a conversion; the names match the query parameters and the plugin options. */
export interface ConvertOptions extends LimitOptions {
  /**
   * Shapes of inputs by name (or `#0`, `#1` … by position), and of results of custom layers; -1 keeps an axis as the model declares it, so
   * that a dynamic axis stays dynamic.
   */
  readonly shape?: Readonly<Record<string, readonly number[]>>;
  /** Inputs pinned to constants, by name or position; a list contains the elements of the declared shape, a single value fills it. */
  readonly const?: Readonly<Record<string, ConstantValue>>;
  /** Tensors at which the graph is cut; they become the outputs. `+NAME` adds one to the existing outputs. */
  readonly outputs?: readonly string[];
  /**
   * Tensors that remain blobs of the same name with the same readers, so that an app can extract and feed them: a name, or a glob with `*`
   * and `?`.
   */
  readonly keep?: readonly string[];
  /** Precision of the weights; default `fp32`. */
  readonly precision?: 'fp32' | 'fp16';
  /** `false` keeps the net as converted; a list names the passes to run. */
  readonly optimize?: boolean | readonly string[];
  /**
   * The oldest ncnn release that must run the net correctly, by its date: `20230223`. Passes that need a newer release are skipped;
   * anything that cannot be expressed for it is an error. By default any release is allowed.
   */
  readonly ncnnVersion?: string;
  /**
   * The platform that the net is optimized for, because layers that are fast on one kind of processor can be slow on another; default
   * `any`.
   */
  readonly target?: Target;
  /**
   * `'guard'` masks the layers that fail in the fp16 arithmetic of phones, based on the calibration inputs; `false` masks none. Default
   * `'guard'` with calibration inputs.
   */
  readonly fp16?: 'guard' | false;
  /** Maximum difference of the outputs in fp16, relative to their largest value; default 0.02. */
  readonly fp16Tolerance?: number;
  /** Layers that stay fp32 with `precision: 'fp16'`. */
  readonly fp32Layers?: readonly string[];
  /**
   * Layer types that the user's own runtime registers, or the operators of a model that become such layers, by name with the domain as
   * prefix: `{ 'my:Foo': { type: 'Foo', params: { 0: 'alpha' } } }`.
   */
  readonly customLayers?: readonly string[] | Readonly<Record<string, CustomOperator>>;
  /** The prototxt of a `.caffemodel`, relative to its folder; by default the one with the same stem. */
  readonly prototxt?: string;
  /** The caffemodel of a `.prototxt`, relative to its folder; by default the one with the same stem. */
  readonly caffemodel?: string;
  /** The `-symbol.json` of a `.params`, relative to its folder; by default the one with the same stem. */
  readonly symbol?: string;
  /** The `.params` of a `-symbol.json`, relative to its folder; by default the one with the same stem and the highest epoch. */
  readonly params?: string;
  /** Allows side files outside of the model's folder. */
  readonly allowOutside?: boolean;
}

/** The layer that replaces an operator. */
export interface CustomOperator {
  /** The type that the runtime registers. */
  readonly type: string;
  /** The operator attribute for each parameter id of the layer; an attribute that a node lacks is omitted. */
  readonly params?: Readonly<Record<string, string>>;
}

export type ConstantValue = number | bigint | boolean | readonly (number | bigint | boolean)[];

/** Options of a verification; {@link ConvertOptions} are those of the conversion. */
export interface VerifySettings {
  /** Seed of the random inputs; default 1. */
  readonly seed?: number;
  /** Maximum difference relative to a value; default 1e-3, or 2e-2 with fp16 weights. */
  readonly rtol?: number;
  /** Maximum difference relative to the largest value of an output (or to 1 if that is larger); default 1e-4, or 1e-2 with fp16 weights. */
  readonly atol?: number;
  /** `'phone'` computes the net in fp16 arithmetic, as phones do. The default of `rtol` is then 0, that of `atol` 2e-2. */
  readonly as?: 'phone';
  /** Computes an ONNX model with onnxruntime instead of the operators of this package; install `onnxruntime-node` or `onnxruntime-web`. */
  readonly against?: 'onnxruntime';
}
