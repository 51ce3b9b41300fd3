import path from 'node:path';
import type { Host } from './host.ts';

/** Bundlers in whose output the address of a file is not known for certain, as Farm: weights are always embedded. */
export function embeddingHost(): Host {
  return {
    root: () => process.cwd(),
    isBuild: () => true,
    resolver: () => undefined,
    publish: () => undefined,
    embedsOnly: true,
    inlinesIds: false,
    hooks: {},
  };
}

/** esbuild, whose `import.meta.url` is empty in scripts and whose chunks may lie in any folder. */
export function esbuildHost(): Host {
  return {
    ...embeddingHost(),
    resolver: resolveByBuild,
    // Whatever the model's file is called, its module is JavaScript.
    hooks: { esbuild: { loader: 'js' } },
  };
}

/** Asks esbuild, which knows `alias` and the paths of a tsconfig. */
const resolveByBuild: Host['resolver'] = (context) => {
  const native = context.getNativeBuildContext?.();
  if (native?.framework !== 'esbuild') return undefined;
  return async (specifier, importer) => {
    const resolveDir = importer === undefined ? process.cwd() : path.dirname(importer);
    const found = await native.build.resolve(specifier, {
      resolveDir,
      kind: 'import-statement',
      ...(importer === undefined ? {} : { importer }),
    });
    return found.errors.length > 0 || found.external ? undefined : found.path;
  };
};
