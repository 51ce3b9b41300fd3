import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Plugin as EsbuildPlugin } from 'esbuild';
import { modelImport, splitId } from '../../project/imports/query.ts';
import { property } from './viteFiles.ts';

/**
 * Vite settings for prebundled dependencies. Prebundling does not run the project's plugins, so an import of a model in a dependency must
 * stay external, with the path of its file. The runtime is excluded as a whole: prebundled, it would be separated from its wasm.
 */
export function optimizeDepsSettings(context: unknown): Record<string, unknown> {
  // Vite 6 calls the hook without a context.
  const hasRolldown = property(property(context, 'meta'), 'rolldownVersion') !== undefined;
  const exclude = ['unplugin-ncnn'];
  return hasRolldown
    ? { exclude, rolldownOptions: { plugins: [externalModels] } }
    : { exclude, esbuildOptions: { plugins: [externalModelsOfEsbuild] } };
}

interface ResolveContext {
  readonly resolve: (specifier: string, importer: string | undefined) => Promise<{ readonly id: string } | null>;
}

/** For Rolldown in Vite 8. */
const externalModels = {
  name: 'unplugin-ncnn:external',
  resolveId: {
    order: 'pre',
    filter: { id: modelImport },
    async handler(this: ResolveContext, specifier: string, importer: string | undefined) {
      const { file, query } = splitId(specifier);
      const found = await this.resolve(file, importer);
      return externalId(found?.id, specifier, importer, query);
    },
  },
};

/** For esbuild in Vite 6 and 7. */
const externalModelsOfEsbuild: EsbuildPlugin = {
  name: 'unplugin-ncnn:external',
  setup: (build) => {
    build.onResolve({ filter: modelImport }, async ({ path: specifier, importer, resolveDir, kind }) => {
      const { file, query } = splitId(specifier);
      const { path: found, errors } = await build.resolve(file, { importer, resolveDir, kind });
      const external = externalId(errors.length > 0 ? undefined : found, specifier, importer, query);
      return { path: external.id, external: true };
    });
  },
};

/** The external import: with the path of the file if it is found, and otherwise unchanged, for the plugin to report. */
function externalId(found: string | undefined, specifier: string, importer: string | undefined, query: string) {
  const beside = path.resolve(path.dirname(importer ?? ''), splitId(specifier).file);
  const file = found ?? (specifier.startsWith('.') && existsSync(beside) ? beside : undefined);
  return { id: file === undefined ? specifier : `${splitId(file).file}?${query}`, external: 'absolute' as const };
}
