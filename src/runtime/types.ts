/** The options of `fetch`, and a callback for the number of bytes loaded so far. */
export interface WeightsInit extends RequestInit {
  readonly onProgress?: (loaded: number) => void;
}

/** An input or output of a model. */
export interface NcnnTensor {
  /** Name in the source model. */
  readonly name: string;
  /** Blob to feed or extract; `null` for a pinned or unused input. */
  readonly blob: string | null;
  readonly blobId: number | null;
  /** Element type in the source model. */
  readonly dtype: string;
  /** Shape in the source model; a dynamic axis is its symbol. */
  readonly shape: readonly (number | string)[];
  /** Shape of the blob, outermost axis first, without the batch axis. */
  readonly ncnnShape: readonly (number | string)[];
  /** Element type to feed: float32 also for integers and bools, int32 if ncnn reads bits. */
  readonly feed: 'float32' | 'int32';
  /** Number of samples on axis 0 if the net computes one sample at a time. */
  readonly batch?: number;
  /**
   * The columns of a table of detections with one row each: `label` (0 is the background) or `class` (counted without the background),
   * score, and corners as fractions of the image's width and height. Without detections, ncnn returns an empty blob.
   */
  readonly columns?: readonly string[];
}

/** Default export of an imported model. */
export interface NcnnModel {
  /** File name of the source without its extension. */
  readonly name: string;
  /** The net as a `.param.bin`, for `load_param_mem` and similar functions. */
  readonly param: Uint8Array;
  /** Loads the weights, for `load_model_mem` and similar functions; each call returns a new array. `init` is passed to `fetch`. */
  readonly loadBin: (init?: WeightsInit) => Promise<Uint8Array>;
  /** URL of the weights; absent if the module contains them. */
  readonly binUrl?: string;
  /** Length of the weights in bytes. */
  readonly binLength: number;
  readonly inputs: Readonly<Record<string, NcnnTensor>>;
  readonly outputs: Readonly<Record<string, NcnnTensor>>;
  /** Layer ids by name. */
  readonly layers: Readonly<Record<string, number>>;
  /** Blob ids by name. */
  readonly blobs: Readonly<Record<string, number>>;
  /** A hash of the net and its weights. */
  readonly hash: string;
  /** The oldest ncnn release (date) that loads and runs the net. */
  readonly minNcnnVersion: string;
}
