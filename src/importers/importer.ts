import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Graph } from '../graph/ir/graph.ts';
import type { Model } from '../net/model.ts';
import type { ConvertOptions } from '../options/convertOptions.ts';

/** A model file in memory, and the way to the files beside it. */
export interface ModelSource {
  /** Path as the user gave it, for diagnostics. */
  readonly file: string;
  readonly bytes: Uint8Array;
  /**
   * Bytes of a file beside the model, named relative to its folder. Each file is read once and kept.
   * Throws `NcnnError` where it is missing (`file-missing`) or outside of the folder (`file-outside`).
   */
  readonly side: (name: string) => Uint8Array;
  /** Partners that were joined to the model with a plus, named relative to its folder; `side` reads them. */
  readonly partners: readonly string[];
  /** Names of the files in the model's folder, sorted, to find a partner among them. */
  readonly siblings: () => readonly string[];
}

/** What an importer makes: a Graph, still to be lowered, or directly a Net where the source is one of ncnn's size. */
export type Imported = (
  | { readonly kind: 'graph'; readonly graph: Graph; readonly diagnostics: readonly Diagnostic[] }
  | {
      readonly kind: 'model';
      readonly model: Model;
      readonly diagnostics: readonly Diagnostic[];
      /** Whether the net is one of ncnn already, to be kept to the last parameter where it is not optimized. */
      readonly isNet?: boolean;
    }
) & {
  /** What the file says about itself, for people: `opset 17, made by pytorch 2.1`. */
  readonly about?: string;
};

/** A reader of one model format. */
export interface Importer {
  readonly format: string;
  /** Endings of the file names it takes, with the dot. */
  readonly extensions: readonly string[];
  /**
   * Throws `NcnnError` with everything that is wrong with the file. A Graph is pinned and cut as the options say by what comes
   * behind; an importer that makes a Net does that itself, and takes `customLayers` for types of layers.
   */
  readonly read: (source: ModelSource, options?: ConvertOptions) => Imported;
}
