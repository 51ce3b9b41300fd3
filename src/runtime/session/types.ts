import type { NcnnModel, NcnnTensor } from '../types.ts';

declare global {
  // Older settings of `lib` do not have it.
  interface SymbolConstructor {
    readonly dispose: unique symbol;
  }
}

/** Values of an input in row-major order. Integers and bools are converted to what ncnn reads. */
export type TensorData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | readonly number[]
  | readonly boolean[];

/** The shape of a tensor of which no axis is free any more. */
export type KnownShape<S extends readonly (number | string)[]> = { readonly [I in keyof S]: S[I] extends number ? S[I] : number };

/** Values with their shape. */
export interface ShapedInput<T extends NcnnTensor = NcnnTensor> {
  readonly data: TensorData;
  readonly shape: KnownShape<T['shape']>;
}

/** What to give for an input: the values, and their shape where it has free axes. */
export type InputValue<T extends NcnnTensor = NcnnTensor> = string extends T['shape'][number]
  ? TensorData | ShapedInput<T>
  : T['shape'][number] extends number
    ? TensorData | ShapedInput<T>
    : ShapedInput<T>;

/** What to give to a run, by the names of the source model. */
export type InputsOf<M extends NcnnModel> = {
  readonly [K in keyof M['inputs'] as M['inputs'][K]['blob'] extends null ? never : K]: InputValue<M['inputs'][K]>;
};

/** An output: row-major values in the shape of the source model. */
export interface OutputValue<T extends NcnnTensor = NcnnTensor> {
  readonly data: T['feed'] extends 'int32' ? Int32Array : Float32Array;
  readonly shape: KnownShape<T['shape']>;
}

/** What comes out of a run, by the names of the source model. */
export type OutputsOf<M extends NcnnModel> = { readonly [K in keyof M['outputs']]: OutputValue<M['outputs'][K]> };

/** A net that is ready to run. */
export interface Session<M extends NcnnModel = NcnnModel> {
  /**
   * Runs the net. Samples of a batch are run one by one; a call while another one runs waits for it.
   * Throws {@link SessionError} for inputs that do not fit, for a layer that fails, and after `dispose`.
   */
  readonly run: (inputs: InputsOf<M>) => Promise<OutputsOf<M>>;
  /** Frees the memory of the net. Runs that wait are rejected. */
  readonly dispose: () => void;
  readonly [Symbol.dispose]: () => void;
}

/** How far loading is, in bytes. */
export interface LoadProgress {
  readonly file: 'wasm' | 'weights';
  readonly loaded: number;
  /** Absent where the server does not say. */
  readonly total?: number;
}

/** How a session is loaded. */
export interface LoadOptions {
  /** Called as bytes of the wasm and the weights arrive. */
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Cancels loading. */
  readonly signal?: AbortSignal;
}
