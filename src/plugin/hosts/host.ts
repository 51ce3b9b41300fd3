import type { UnpluginBuildContext, UnpluginOptions } from 'unplugin';
import type { CompiledModel } from '../compile.ts';
import type { HostResolve } from '../resolve.ts';

/** The `this` of a hook that is about one module. */
export type HookContext = UnpluginBuildContext;

/** What differs between bundlers. */
export interface Host {
  /** The folder that paths in options count from. */
  readonly root: () => string;
  /** Whether a whole build is made, of which the declarations tell all; a development server sees models one by one. */
  readonly isBuild: () => boolean;
  readonly resolver: (context: HookContext) => HostResolve | undefined;
  /**
   * Makes the weights a file that is served or written beside the code, and gives the JavaScript expression for its URL.
   * `undefined` where that cannot be done, so that they must be embedded.
   */
  readonly publish: (context: HookContext, model: CompiledModel) => string | undefined;
  /** Whether `publish` never has a URL. */
  readonly embedsOnly: boolean;
  /** Whether importers can be parsed, to write ids into them. */
  readonly inlinesIds: boolean;
  /** Further hooks, of this bundler alone. */
  readonly hooks: Partial<UnpluginOptions>;
}

/** Name of the file for the weights where the bundler does not hash by itself. */
export function assetName({ description }: CompiledModel): string {
  return `${description.name.replace(/[^\w.-]/g, '_')}-${description.hash}.bin`;
}
