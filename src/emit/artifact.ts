import type { HalfGuard } from '../net/half/guard.ts';
import type { Model } from '../net/model.ts';

/** Everything that the emitters need about a converted model: the net as written, and its bytes. */
export interface Artifact {
  /** File name of the source, without its extension. */
  readonly stem: string;
  /** Format of the source, such as `onnx`. */
  readonly format: string;
  /** The net as written: with Split layers, and with the names in the file. */
  readonly model: Model;
  /** The `.param` text, UTF-8. */
  readonly param: Uint8Array;
  /** The `.param.bin`. */
  readonly paramBin: Uint8Array;
  /** Length of the weights in bytes. */
  readonly binLength: number;
  /** The weights in file order, as a sequence of pieces. Each call starts a new sequence. */
  readonly bin: () => Iterable<Uint8Array>;
  /** 16 hexadecimal digits that change with the net or its weights. Computed on the first call, which reads all weights. */
  readonly hash: () => string;
  /** The oldest ncnn release (date) that loads and runs the net. */
  readonly minNcnnVersion: string;
  /** Names of source blobs or tensors that no blob of the net has, in the order of the source. */
  readonly lostBlobs: readonly string[];
  /** How fp16 affects the layers on phones. Only set if calibration inputs were given. */
  readonly halfGuard?: HalfGuard;
  /** Optimizer passes that changed the net. */
  readonly passes: readonly { readonly name: string; readonly times: number }[];
  /**
   * Savings of the passes: number of layers (without Split), weight elements, multiply-adds (for known shapes), and peak bytes of the blobs
   * (if all shapes are known).
   */
  readonly saved?:
    | { readonly layers: number; readonly weights: number; readonly multiplyAdds: number; readonly peakBytes?: number }
    | undefined;
}

/** A file to write, as a sequence of pieces, so that a large file is never in memory as a whole. */
export interface EmittedFile {
  readonly name: string;
  readonly chunks: () => Iterable<Uint8Array>;
}

/** Creates the files of one `--emit` form. */
export type Emitter = (artifact: Artifact) => readonly EmittedFile[];
