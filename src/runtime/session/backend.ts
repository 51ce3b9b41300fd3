/** A blob to feed, in row-major order without gaps. */
export interface Feed {
  readonly blobId: number;
  /** 1 to 4 axes, outermost first. */
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** An extracted blob; its shape is empty if ncnn returned an empty blob. */
export interface ExtractedBlob {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The extracted blobs, at once or later. */
export type Computed = readonly ExtractedBlob[] | Promise<readonly ExtractedBlob[]>;

/** Runs a loaded net. */
export interface Backend {
  /** Feeds blobs and extracts others. The results are copies. Throws {@link Failure}. */
  readonly run: (feeds: readonly Feed[], blobIds: readonly number[]) => Computed;
  readonly dispose: () => void;
}
