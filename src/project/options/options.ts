import type { ConvertOptions, VerifySettings } from '../../options/convertOptions.ts';

/** How a model is converted, and whether the result is verified. */
export interface ModelConvertOptions extends ConvertOptions {
  /** Computes the model and the net on random inputs after a conversion, and fails where an output differs. */
  readonly verify?: boolean | VerifySettings;
}

/** The options of one model; the names are those of the query parameters, except for `outputs` (`output=…&output=…`). */
export interface ModelOptions extends ModelConvertOptions {
  /** Embeds the weights in the module as base64, however large they are. */
  readonly inline?: boolean;
  /** Emits the weights as a separate file, however small they are. */
  readonly url?: boolean;
}

/** Files for C and C++ that are written beside what the bundler builds. */
export interface NativeOptions {
  /** Folder for the files, relative to the project's root. */
  readonly dir: string;
  /** What to write, by the names of `--emit`: `id.h`, `mem.h`, `c`, `embed`, `incbin`, `cmake` and the others. */
  readonly forms: readonly string[];
}

/** Options of the plugin. Top-level options apply to every model, `models` entries to those that match the glob. */
export interface Options extends ModelOptions {
  /**
   * Options by model. A key is a glob that is matched against the path of the model: relative to the project's root, or anywhere when
   * it starts with `**`. Where several match, later ones win; the query of an import overrides all of them.
   * `shape` and `const` are merged input by input.
   *
   * @example
   * ```ts
   * { models: { '**\/det.onnx': { shape: { x: [1, 3, 320, 320] } } } }
   * ```
   */
  readonly models?: Readonly<Record<string, ModelOptions>>;
  /** Weights of fewer bytes than this are embedded where neither `inline` nor `url` is given; 4096 by default. */
  readonly inlineLimit?: number;
  /** The `ncnn.wasm` that `unplugin-ncnn/runtime` loads, relative to the project's root; by default the one of this package, with all layers. */
  readonly wasm?: string;
  /** `false` leaves `BLOB_x`, `LayerId.x` and the like in the code of importers; by default a build replaces them with their numbers. */
  readonly inlineIds?: boolean;
  /** Folder for the cache of results, or `false` for no cache; `node_modules/.cache/unplugin-ncnn` by default. */
  readonly cache?: boolean | string;
  /** File that declares the imported models to TypeScript; `true` is `ncnn.d.ts` in the project's root. Not written by default. */
  readonly dts?: boolean | string;
  /**
   * Writes files for C and C++ of every imported model, so that native code has the same nets and ids. Only files that change are
   * written. Off by default.
   *
   * @example
   * ```ts
   * { native: { dir: 'native/models', forms: ['id.h', 'embed', 'cmake'] } }
   * ```
   */
  readonly native?: NativeOptions;
  /**
   * Writes a report page of every imported model: its graph, its weights, and what the optimizer did. Folder for the pages, relative to
   * the project's root; `true` is `ncnn-report`. Not written by default.
   */
  readonly report?: boolean | string;
}
