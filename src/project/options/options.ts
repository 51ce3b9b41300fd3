import type { ConvertOptions, VerifySettings } from '../../options/convertOptions.ts';

/** How a model is converted, and whether the result is verified. */
export interface ModelConvertOptions extends ConvertOptions {
  /** Verifies each conversion: computes the model and the net on random inputs, and fails if an output differs. */
  readonly verify?: boolean | VerifySettings;
  /**
   * Runs the net in fp16, as phones do, on these files, and keeps the layers that break in fp32.
   *
   * @example
   * ```ts
   * { calibrate: { files: ['photos'], mean: [123.7], norm: [0.017] } }
   * ```
   */
  readonly calibrate?: CalibrationSettings;
}

/** The inputs that a net is calibrated with. */
export interface CalibrationSettings {
  /** Pictures, `.npy`, `.npz` or `.bin` files, or folders of them, relative to the project's root. Each is one run. */
  readonly files: readonly string[];
  /** The input that they are for; the first one by default. A `.npz` has the names of its inputs. */
  readonly input?: string;
  /** Mean to subtract from the pixels, 0 to 255: one number, or one for each channel; 0 by default. */
  readonly mean?: readonly number[];
  /** Factor for the pixels after the mean; 1/255 by default, 1 for integer inputs. */
  readonly norm?: readonly number[];
}

/** The options of one model; the names match the query parameters, except for `outputs` (`output=…&output=…`). */
export interface ModelOptions extends ModelConvertOptions {
  /** Embeds the weights in the module as base64, whatever their size. */
  readonly inline?: boolean;
  /** Emits the weights as a separate file, whatever their size. */
  readonly url?: boolean;
}

/** Files for C and C++, written in addition to the bundler's output. */
export interface NativeOptions {
  /** Folder for the files, relative to the project's root. */
  readonly dir: string;
  /** Files to write, named as in `--emit`: `id.h`, `mem.h`, `c`, `embed`, `incbin`, `cmake` and others. */
  readonly forms: readonly string[];
}

/** Options of the plugin. Top-level options apply to every model, `models` entries to those matching the glob. */
export interface Options extends ModelOptions {
  /**
   * Options by model. A key is a glob for the path of the model: relative to the project's root, or anywhere if it starts with `**`. If
   * several match, later ones override earlier ones; the query of an import overrides all of them. `shape` and `const` are merged input by
   * input.
   *
   * @example
   * ```ts
   * { models: { '**\/det.onnx': { shape: { x: [1, 3, 320, 320] } } } }
   * ```
   */
  readonly models?: Readonly<Record<string, ModelOptions>>;
  /** Weights smaller than this number of bytes are embedded, unless `inline` or `url` is set; 4096 by default. */
  readonly inlineLimit?: number;
  /** The `ncnn.wasm` for `unplugin-ncnn/runtime`, relative to the project's root; by default that of this package, with all layers. */
  readonly wasm?: string;
  /** By default, a build replaces `BLOB_x`, `LayerId.x` and similar ids in importers with their numbers; `false` keeps them. */
  readonly inlineIds?: boolean;
  /** Folder for cached results, or `false` for no cache; `node_modules/.cache/unplugin-ncnn` by default. */
  readonly cache?: boolean | string;
  /** File for the type declarations of the imported models; `true` means `ncnn.d.ts` in the project's root. Not written by default. */
  readonly dts?: boolean | string;
  /**
   * Writes C and C++ files for every imported model, so that native code uses the same nets and ids. Files are written only if they change.
   * Off by default.
   *
   * @example
   * ```ts
   * { native: { dir: 'native/models', forms: ['id.h', 'embed', 'cmake'] } }
   * ```
   */
  readonly native?: NativeOptions;
  /**
   * Writes a report page for every imported model: its graph, its weights, and what the optimizer did. The value is the folder for the
   * pages, relative to the project's root; `true` means `ncnn-report`. Not written by default.
   */
  readonly report?: boolean | string;
}
