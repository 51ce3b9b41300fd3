import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ResolvedUserConfig } from '@farmfe/core';
import { stringLiteral } from '../../emit/javascript.ts';
import { assetName, type Host } from './host.ts';

/**
 * Farm. It takes files from plugins only as lists of numbers, so a build writes the weights itself, below the public path.
 * The development server keeps its files in memory, and code for Node has no address of its own: there they are embedded.
 */
export function farmHost(): Host {
  const written = new Map<string, Uint8Array>();
  let config: ResolvedUserConfig | undefined;

  const isServing = (): boolean => config?.compilation?.mode === 'development';

  return {
    root: () => config?.root ?? process.cwd(),
    isBuild: () => true,
    remembersModules: () => config?.compilation?.persistentCache !== false,
    resolver: resolveByContext,
    publish: (_context, model) => {
      const output = config?.compilation?.output;
      if (output === undefined || isServing() || !/^browser/.test(output.targetEnv ?? 'browser')) return undefined;
      const name = assetName(model);
      written.set(name, model.bin);
      const publicPath = output.publicPath ?? '/';
      return { kind: 'url', expression: stringLiteral(`${publicPath.replace(/\/?$/, '/')}${name}`) };
    },
    urlHint: () => (isServing() ? 'Leave out `url` in development.' : "Leave out `url`, or build with `targetEnv: 'browser'`."),
    hooks: {
      writeBundle: () => {
        const folder = path.resolve(config?.root ?? '.', config?.compilation?.output?.path ?? 'dist');
        for (const [name, bytes] of written) {
          mkdirSync(folder, { recursive: true });
          writeFileSync(path.join(folder, name), bytes);
        }
        written.clear();
      },
      farm: {
        configResolved: (resolved) => {
          config = resolved;
        },
      },
    },
  };
}

/** Asks Farm and its other plugins, which know the aliases. */
const resolveByContext: Host['resolver'] = (context) => {
  const native = context.getNativeBuildContext?.();
  if (native?.framework !== 'farm') return undefined;
  return async (source, importer) => {
    const param = { source, importer: importer ?? null, kind: 'import' };
    const found = await native.context.resolve(param, { meta: {}, caller: 'unplugin-ncnn' }).catch(() => undefined);
    return found?.external === false ? found.resolvedPath : undefined;
  };
};
