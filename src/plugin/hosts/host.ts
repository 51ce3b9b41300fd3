import type { UnpluginBuildContext, UnpluginOptions } from 'unplugin';
import type { WeightSource } from '../../emit/module.ts';
import type { ConvertedModel } from '../../project/conversion/convertedModel.ts';
import type { HostResolve } from '../../project/imports/resolveModel.ts';
import type { ModelAccess } from '../dev/access.ts';

/** The `this` of a hook for a single module. */
export type HookContext = UnpluginBuildContext;

/** A file beside the code, with the expression by which a module finds it. */
export type PublishedFile = Extract<WeightSource, { readonly kind: 'url' }>;

/** A file to write or serve beside the code. */
export interface Asset {
  /** Without extension. */
  readonly name: string;
  readonly extension: '.bin' | '.wasm';
  /** Hash of the contents. */
  readonly hash: string;
  /** In an unshared `ArrayBuffer`. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Absolute path of the file it comes from. */
  readonly file: string;
  /** Whether the user requested a file: then it is not embedded by default. */
  readonly isFile?: boolean;
}

/** What a host may request independently of the bundler. */
export interface HostModels {
  /** The model of an id, converted again if its files changed. Throws `NcnnError`. */
  readonly convert: (id: string) => Promise<ConvertedModel>;
}

/** The differences between bundlers. */
export interface Host {
  /** The folder that paths in options are relative to. */
  readonly root: () => string;
  /** Whether a complete build is running, after which all imports are known; a development server loads models one by one. */
  readonly isBuild: () => boolean;
  /** Whether a build loads all models of the project: false if modules may come from a cache, or if there are several builds. */
  readonly seesAll: () => boolean;
  /** The importer as a path, if unplugin provides something else. */
  readonly importerPath?: (importer: string) => string;
  /** The specifier as written in the source, if the bundler provides something else. */
  readonly specifierOf?: (provided: string) => string;
  /** Throws `NcnnError` if the bundler cannot load the model because of a character in its path or in the path of the project. */
  readonly checkPath?: (file: string) => void;
  readonly resolver: (context: HookContext) => HostResolve | undefined;
  /**
   * Publishes the file of the module `id`: it is served or written beside the code. Returns `undefined` if that is not possible, so that it
   * must be embedded.
   */
  readonly publish: (context: HookContext, asset: Asset, id: string) => PublishedFile | undefined;
  /** The URL at which pages find a file that `publish` does not provide, as an expression, when this code is for a server. */
  readonly publicUrl?: (context: HookContext, asset: Asset, id: string) => string | undefined;
  /** How the user can make `publish` return a URL if it currently returns none; shown to a user who requested one. */
  readonly urlHint?: () => string | undefined;
  /** Reports the progress of a long conversion through the bundler's own logger; without it nothing is reported. */
  readonly log?: (message: string, context?: HookContext) => void;
  /** Called with the model that a module's code was created from; without a model if it failed. */
  readonly loaded?: (context: HookContext, id: string, model: ConvertedModel | undefined) => void;
  /** Reports warnings and errors to bundlers whose context cannot. */
  readonly report?: {
    readonly warn: (context: HookContext, message: string) => void;
    readonly error: (context: HookContext, message: string) => void;
  };
  /** Rebuilds the module `id` when `file` changes, for bundlers whose `addWatchFile` does not. */
  readonly watchFile?: (context: HookContext, id: string, file: string) => void;
  /** The models that may be loaded when requests can ask for modules; absent if only the sources of the project can. */
  readonly access?: ModelAccess;
  /** Additional hooks of the part that provides the modules of models, for this bundler only. */
  readonly hooks: Partial<UnpluginOptions>;
  /** Additional hooks of the part that inlines ids into importers. */
  readonly importerHooks?: Partial<UnpluginOptions>;
}

/** Name of a file for bundlers that do not add a hash themselves. */
export function assetName({ name, extension, hash }: Asset): string {
  return `${name.replace(/[^\w.-]/g, '_')}-${hash}${extension}`;
}
