/** What `fetch` takes, and a callback for the bytes that arrived so far. */
export interface WeightsInit extends RequestInit {
  readonly onProgress?: (loaded: number) => void;
}

/** An input or output of a model. */
export interface NcnnTensor {
  /** As the source model names it. */
  readonly name: string;
  /** Blob to feed or extract; `null` for an input that was pinned or is not used. */
  readonly blob: string | null;
  readonly blobId: number | null;
  /** Element type in the source model. */
  readonly dtype: string;
  /** Shape in the source model; a free axis is its symbol. */
  readonly shape: readonly (number | string)[];
  /** What to feed or expect, outermost first, without the batch axis. */
  readonly ncnnShape: readonly (number | string)[];
  /** Elements to feed: float32 also for integers and bools, int32 where ncnn reads bits. */
  readonly feed: 'float32' | 'int32';
  /** Number of samples on axis 0 where the net computes one sample of several. */
  readonly batch?: number;
  /**
   * What stands in the columns of a table of detections, a row for each: its `label` (0 is the background) or its `class` (counted without
   * the background), score and corners in parts of the image's width and height. Where nothing is found, ncnn gives an empty blob.
   */
  readonly columns?: readonly string[];
}

/** Default export of an imported model. */
export interface NcnnModel {
  /** File name of the source without its extension. */
  readonly name: string;
  /** The net as a `.param.bin`, for `load_param_mem` and the like. */
  readonly param: Uint8Array;
  /** Loads the weights, for `load_model_mem` and the like; the bytes are the caller's own. `init` goes to `fetch`. */
  readonly loadBin: (init?: WeightsInit) => Promise<Uint8Array>;
  /** Where the weights are; absent where the module holds them itself. */
  readonly binUrl?: string;
  /** Length of the weights in bytes. */
  readonly binLength: number;
  readonly inputs: Readonly<Record<string, NcnnTensor>>;
  readonly outputs: Readonly<Record<string, NcnnTensor>>;
  /** Layer ids by name. */
  readonly layers: Readonly<Record<string, number>>;
  /** Blob ids by name. */
  readonly blobs: Readonly<Record<string, number>>;
  /** Changes when the net or its weights do. */
  readonly hash: string;
  /** The oldest ncnn release (date) that loads and runs the net. */
  readonly minNcnnVersion: string;
}
