import type { BlobDimension, BlobShape, Net } from './net.ts';

/** Where an input or output of the source model is found in the net. */
export interface Binding {
  /** As the source model names it. */
  readonly name: string;
  /** Element type in the source model. */
  readonly dtype: string;
  /** Shape in the source model, batch axis included; a free axis is its symbol. */
  readonly shape: readonly BlobDimension[];
  /** `null` for an input that was pinned or is not used. */
  readonly blob: string | null;
  readonly blobShape: BlobShape;
  /** What the caller feeds: float32, also for integers and bools, or int32 where ncnn reads bits (Embed). */
  readonly feed: 'float32' | 'int32';
  /** Number of samples on axis 0 where the net computes one sample of several. */
  readonly batch?: number;
  /** Of an output that is a state: the input that it is fed to in the next run. */
  readonly updates?: string;
  /** What stands in the columns of a table, where the source says. */
  readonly columns?: readonly string[];
}

/** A net with the names its source gave to what goes in and comes out, in the source's order. */
export interface Model {
  readonly net: Net;
  readonly inputs: readonly Binding[];
  readonly outputs: readonly Binding[];
}
