import type { UnpluginContextMeta, UnpluginOptions } from 'unplugin';
import { NcnnError } from '../diagnostics/diagnostic.ts';
import { checkOptions } from '../project/options/checkOptions.ts';
import type { Options } from '../project/options/options.ts';
import { createBuild } from './build.ts';
import { describeDiagnostics } from './bundlerError.ts';
import { idPlugin } from './idPlugin.ts';
import { modelPlugin } from './modelPlugin.ts';
import { planPlugin } from './planPlugin.ts';
import { runtimePlugin } from './runtimePlugin.ts';

/** The plugin for one bundler: one part provides the modules of models, one the wasm of the runtime, one the kernels of the interpreter, and one inlines ids into importers. */
export function createPlugins(userOptions: Options | undefined, meta: UnpluginContextMeta): UnpluginOptions[] {
  const options = userOptions ?? {};
  rejectInvalid(options);
  const build = createBuild(options, meta);
  const parts = [modelPlugin(build), runtimePlugin(build), planPlugin(build)];
  return options.inlineIds === false ? parts : [...parts, idPlugin(build)];
}

/** Bundlers show only the message of an error, so the message contains the hints. */
function rejectInvalid(options: Options): void {
  try {
    checkOptions(options);
  } catch (error) {
    throw error instanceof NcnnError ? new Error(describeDiagnostics(error.diagnostics), { cause: error }) : error;
  }
}
