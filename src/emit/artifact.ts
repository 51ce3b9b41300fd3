import type { HalfGuard } from '../net/half/guard.ts';
import type { Model } from '../net/model.ts';

/** Everything the emitters need to know of a converted model: the net as it is written, and its bytes. */
export interface Artifact {
  /** File name of the source without its extension. */
  readonly stem: string;
  /** Format of the source, `onnx`. */
  readonly format: string;
  /** The net as it is written, Split layers included, names as in the file. */
  readonly model: Model;
  /** The `.param` text, UTF-8. */
  readonly param: Uint8Array;
  /** The `.param.bin`. */
  readonly paramBin: Uint8Array;
  /** Length of the weights in bytes. */
  readonly binLength: number;
  /** The weights in file order, in pieces; made anew at each call. */
  readonly bin: () => Iterable<Uint8Array>;
  /** 16 hexadecimal digits that change when the net or its weights do. Made at the first call, as it reads all weights. */
  readonly hash: () => string;
  /** The oldest ncnn release (date) that loads and runs the net. */
  readonly minNcnnVersion: string;
  /** Names of blobs or tensors of the source that no blob has any more, in the order of the source. */
  readonly lostBlobs: readonly string[];
  /** What fp16 does to the layers on phones, where inputs to calibrate with were given. */
  readonly halfGuard?: HalfGuard;
  /** Optimizer passes that changed something. */
  readonly passes: readonly { readonly name: string; readonly times: number }[];
  /**
   * What they saved: layers (without Split), weights by their elements, multiply-adds of the shapes that are known, and of the most bytes
   * that blobs take at a time, where all shapes are.
   */
  readonly saved?:
    | { readonly layers: number; readonly weights: number; readonly multiplyAdds: number; readonly peakBytes?: number }
    | undefined;
}

/** A file to be written, in pieces so that a large one is never in memory as a whole. */
export interface EmittedFile {
  readonly name: string;
  readonly chunks: () => Iterable<Uint8Array>;
}

/** Makes the files of one `--emit` form. */
export type Emitter = (artifact: Artifact) => readonly EmittedFile[];
