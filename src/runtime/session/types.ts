import type { NcnnModel, NcnnTensor } from '../types.ts';

declare global {
  // Older `lib` settings do not declare it.
  interface SymbolConstructor {
    readonly dispose: unique symbol;
  }
}

/** Input values in row-major order. Integers and bools are converted for ncnn. */
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

/** The shape of a tensor without dynamic axes. */
export type KnownShape<S extends readonly (number | string)[]> = { readonly [I in keyof S]: S[I] extends number ? S[I] : number };

/** Values with their shape. */
export interface ShapedInput<T extends NcnnTensor = NcnnTensor> {
  readonly data: TensorData;
  readonly shape: KnownShape<T['shape']>;
}

/** The value of an input: its elements, with their shape if it has dynamic axes. */
export type InputValue<T extends NcnnTensor = NcnnTensor> = string extends T['shape'][number]
  ? TensorData | ShapedInput<T>
  : T['shape'][number] extends number
    ? TensorData | ShapedInput<T>
    : ShapedInput<T>;

/** The inputs of a run, by their names in the source model. */
export type InputsOf<M extends NcnnModel> = {
  readonly [K in keyof M['inputs'] as M['inputs'][K]['blob'] extends null ? never : K]: InputValue<M['inputs'][K]>;
};

/** An output: row-major values in the shape of the source model. */
export interface OutputValue<T extends NcnnTensor = NcnnTensor> {
  readonly data: T['feed'] extends 'int32' ? Int32Array : Float32Array;
  readonly shape: KnownShape<T['shape']>;
}

/** The outputs of a run, by their names in the source model. */
export type OutputsOf<M extends NcnnModel> = { readonly [K in keyof M['outputs']]: OutputValue<M['outputs'][K]> };

/** A net that is ready to run. */
export interface Session<M extends NcnnModel = NcnnModel> {
  /**
   * Runs the net. The samples of a batch run one by one; concurrent calls run one after another. Throws {@link SessionError} for inputs
   * that do not fit, for a layer that fails, and after `dispose`.
   */
  readonly run: (inputs: InputsOf<M>) => Promise<OutputsOf<M>>;
  /** Frees the memory of the net. Pending runs are rejected. */
  readonly dispose: () => void;
  readonly [Symbol.dispose]: () => void;
}

/** Progress of loading, in bytes. */
export interface LoadProgress {
  readonly file: 'wasm' | 'weights';
  readonly loaded: number;
  /** Absent if the server does not send it. */
  readonly total?: number;
}

/** Options for loading a session. */
export interface LoadOptions {
  /** Called when bytes of the wasm or the weights arrive. */
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Cancels loading. */
  readonly signal?: AbortSignal;
}
