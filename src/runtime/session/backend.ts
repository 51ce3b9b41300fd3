/** A blob to feed, in row-major order without gaps. */
export interface Feed {
  readonly blobId: number;
  /** 1 to 4 axes, outermost first. */
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** A blob that came out; its shape is empty where ncnn made an empty blob. */
export interface ExtractedBlob {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Called when a blob begins to be computed; what it returns, when it is there. */
export type Observe = (blobId: number) => () => void;

/** What runs a loaded net. */
export interface Backend {
  /** Feeds blobs and extracts others. The results are copies. Throws {@link Failure}. */
  readonly run: (
    feeds: readonly Feed[],
    blobIds: readonly number[],
    observe?: Observe,
  ) => readonly ExtractedBlob[] | Promise<readonly ExtractedBlob[]>;
  readonly dispose: () => void;
}
