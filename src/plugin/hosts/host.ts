import type { UnpluginBuildContext, UnpluginOptions } from 'unplugin';
import type { WeightSource } from '../../emit/module.ts';
import type { ConvertedModel } from '../../project/conversion/convertedModel.ts';
import type { HostResolve } from '../../project/imports/resolveModel.ts';
import type { ModelAccess } from '../dev/access.ts';

/** The `this` of a hook that is about one module. */
export type HookContext = UnpluginBuildContext;

/** A file beside the code, as a module finds it. */
export type PublishedFile = Extract<WeightSource, { readonly kind: 'url' }>;

/** A file to write or serve beside the code. */
export interface Asset {
  /** Without extension. */
  readonly name: string;
  readonly extension: '.bin' | '.wasm';
  /** Of the contents. */
  readonly hash: string;
  /** In an `ArrayBuffer` without other contents. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Absolute path of the file it comes from. */
  readonly file: string;
  /** Whether the user asked for a file: then it is one also where it would be embedded otherwise. */
  readonly isFile?: boolean;
}

/** What a host may ask for by itself, without the bundler. */
export interface HostModels {
  /** The model behind an id, made anew where its files changed. Throws `NcnnError`. */
  readonly convert: (id: string) => Promise<ConvertedModel>;
}

/** What differs between bundlers. */
export interface Host {
  /** The folder that paths in options count from. */
  readonly root: () => string;
  /** Whether a whole build is made, of which the declarations tell all; a development server sees models one by one. */
  readonly isBuild: () => boolean;
  /** Whether a build sees all models of the project: not where modules may come from a cache, or it is one of several. */
  readonly seesAll: () => boolean;
  /** The importer as a path, where unplugin gives something else. */
  readonly importerPath?: (importer: string) => string;
  /** The specifier as the source has it, where the bundler gives something else. */
  readonly specifierOf?: (given: string) => string;
  /** Throws `NcnnError` where the bundler cannot load the model for a character in its path, or in that of the project. */
  readonly checkPath?: (file: string) => void;
  readonly resolver: (context: HookContext) => HostResolve | undefined;
  /**
   * Makes the file that the module `id` needs one that is served or written beside the code. `undefined` where that cannot be done, so
   * that it must be embedded.
   */
  readonly publish: (context: HookContext, asset: Asset, id: string) => PublishedFile | undefined;
  /** The URL at which pages find a file that `publish` does not give, as an expression; where this code is for a server. */
  readonly publicUrl?: (context: HookContext, asset: Asset, id: string) => string | undefined;
  /** What to do for `publish` to give a URL where it has none for now; for a user who asked for one. */
  readonly urlHint?: () => string | undefined;
  /** Tells how a long conversion goes, through the bundler's own logger; where it is absent nothing is told. */
  readonly log?: (message: string, context?: HookContext) => void;
  /** Told of what the code of a model is made of; of no model where it could not be had. */
  readonly loaded?: (context: HookContext, id: string, model: ConvertedModel | undefined) => void;
  /** How this bundler is told of warnings and errors, where its context does not do. */
  readonly report?: {
    readonly warn: (context: HookContext, message: string) => void;
    readonly error: (context: HookContext, message: string) => void;
  };
  /** Makes a change of `file` build the module `id` again, where the context's own `addWatchFile` does not. */
  readonly watchFile?: (context: HookContext, id: string, file: string) => void;
  /** What may be loaded where modules are asked for by requests; absent where only the sources of the project ask. */
  readonly access?: ModelAccess;
  /** Further hooks of the part that answers for models, of this bundler alone. */
  readonly hooks: Partial<UnpluginOptions>;
  /** Further hooks of the part that writes ids into importers. */
  readonly importerHooks?: Partial<UnpluginOptions>;
}

/** Name of a file where the bundler does not hash by itself. */
export function assetName({ name, extension, hash }: Asset): string {
  return `${name.replace(/[^\w.-]/g, '_')}-${hash}${extension}`;
}
