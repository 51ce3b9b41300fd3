import type { Host } from './host.ts';

/** Bundlers in whose output a file's URL is not known for certain, as esbuild and Farm: weights are always embedded. */
export function embeddingHost(): Host {
  return {
    root: () => process.cwd(),
    errorThrows: false,
    isBuild: () => true,
    resolver: () => undefined,
    publish: () => undefined,
    embedsOnly: true,
    inlinesIds: false,
    // Whatever the model's file is called, its module is JavaScript.
    hooks: { esbuild: { loader: 'js' } },
  };
}
