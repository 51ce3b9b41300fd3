import type { ConvertOptions } from '../options.ts';

/** What may be said of one model, by glob in {@link Options.models}; a query parameter of the import comes before it. */
export interface ModelOptions extends ConvertOptions {
  /**
   * Where the weights go: `inline` embeds them in the module as base64, `url` emits them as a file of their own,
   * `auto` embeds those that are smaller than {@link Options.inlineLimit}.
   */
  readonly weights?: 'auto' | 'inline' | 'url';
}

export interface Options extends ModelOptions {
  /**
   * Options by model. A key is a glob, matched against the path of the model file: relative to the project's root, or
   * anywhere when it starts with `**`. Later entries come before earlier ones, and all of them before the options for all models;
   * `shape` and `const` are merged input by input.
   *
   * @example { '**\/det.onnx': { shape: { x: [1, 3, 320, 320] } } }
   */
  readonly models?: Readonly<Record<string, ModelOptions>>;
  /** Weights of fewer bytes than this are embedded where `weights` is `auto`; 4096 unless given. */
  readonly inlineLimit?: number;
  /** `false` leaves `LAYER_x`, `BlobId.x` and the like in the code; else a build writes the number in their place. */
  readonly inlineIds?: boolean;
  /** Folder of the cache, or `false` for none; `node_modules/.cache/unplugin-ncnn` unless given. */
  readonly cache?: boolean | string;
  /** Writes type declarations of the models in use: a path, or `true` for `ncnn.d.ts` in the project's root. */
  readonly dts?: boolean | string;
}
