import type { BlobDimension, BlobShape, Net } from './net.ts';

/** Connects an input or output of the source model to a blob of the net. */
export interface Binding {
  /** Name in the source model. */
  readonly name: string;
  /** Element type in the source model. */
  readonly dtype: string;
  /** Shape in the source model, with the batch axis; a dynamic axis is its symbol. */
  readonly shape: readonly BlobDimension[];
  /** `null` for an input that was pinned or is not used. */
  readonly blob: string | null;
  readonly blobShape: BlobShape;
  /** The type that the caller feeds: float32, also for integers and bools, or int32 if ncnn reads bits (Embed). */
  readonly feed: 'float32' | 'int32';
  /** Number of samples on axis 0, if the net computes one sample at a time. */
  readonly batch?: number;
  /** For an output that is a state: the input that receives it in the next run. */
  readonly updates?: string;
  /** Meaning of the columns of a table, if the source defines them. */
  readonly columns?: readonly string[];
}

/** A net with the names of inputs and outputs in the source model, in the order of the source. */
export interface Model {
  readonly net: Net;
  readonly inputs: readonly Binding[];
  readonly outputs: readonly Binding[];
}
