import type { Host } from './host.ts';

/** For bundlers whose output does not know the URL of a file: weights are always embedded. */
export function embeddingHost(): Host {
  return {
    root: () => process.cwd(),
    isBuild: () => true,
    seesAll: () => true,
    resolver: () => undefined,
    publish: () => undefined,
    urlHint: () => 'Leave out `url`.',
    hooks: {},
  };
}
