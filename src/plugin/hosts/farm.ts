import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CompilationContext, Logger, ResolvedUserConfig } from '@farmfe/core';
import { stringLiteral } from '../../emit/javascript.ts';
import { errorCode } from '../../files/errorCodes.ts';
import { assetName, type HookContext, type Host } from './host.ts';

/**
 * Farm. It accepts files from plugins only as lists of numbers, so a build writes the weights itself, below the public path. The
 * development server keeps its files in memory, and code for Node does not know its own URL: there they are embedded.
 */
export function farmHost(): Host {
  const written = new Map<string, Uint8Array>();
  let config: ResolvedUserConfig | undefined;
  let logger: Logger | undefined;

  const root = (): string => config?.root ?? process.cwd();
  const isServing = (): boolean => config?.compilation?.mode === 'development';

  return {
    root,
    isBuild: () => true,
    seesAll: () => true,
    // Farm names importers by paths from the root, but unplugin resolves them against the working directory.
    importerPath: (importer) => path.resolve(root(), path.relative(process.cwd(), importer)),
    resolver: resolveByContext,
    publish: (_context, asset) => {
      const output = config?.compilation?.output;
      if (output === undefined || isServing() || !/^browser/.test(output.targetEnv ?? 'browser')) return undefined;
      const name = assetName(asset);
      written.set(name, asset.bytes);
      const publicPath = output.publicPath ?? '/';
      return { kind: 'url', expression: stringLiteral(`${publicPath.replace(/\/?$/, '/')}${name}`) };
    },
    urlHint: () => (isServing() ? 'Leave out `url` in development.' : "Leave out `url`, or build with `targetEnv: 'browser'`."),
    log: (message) => logger?.info(message),
    // Farm only accepts text, and ends the process for the errors that the context would pass on.
    report: {
      warn: (context, message) => contextOf(context)?.warn(message),
      error: (_context, message) => {
        throw new Error(message);
      },
    },
    // The module comes first; unplugin passes the arguments in the other order.
    watchFile: (context, id, file) => contextOf(context)?.addWatchFile(id, file),
    hooks: {
      writeBundle: () => {
        const folder = path.resolve(root(), config?.compilation?.output?.path ?? 'dist');
        for (const [name, bytes] of written) {
          mkdirSync(folder, { recursive: true });
          writeFileSync(path.join(folder, name), bytes);
        }
        written.clear();
      },
      farm: {
        // Farm's cache reads every module as text on reuse, and ends the process at a model, which is binary.
        config: (user) => ({ ...user, compilation: { ...user.compilation, persistentCache: false } }),
        configResolved: async (resolved) => {
          config = resolved;
          logger ??= await createLogger();
        },
      },
    },
  };
}

/** Farm provides no logger to plugins. Nothing is logged if its package cannot be found from here. */
async function createLogger(): Promise<Logger | undefined> {
  try {
    const farm = await import('@farmfe/core');
    return new farm.Logger({ name: 'unplugin-ncnn' });
  } catch (error) {
    if (errorCode(error) === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

function contextOf(context: HookContext): CompilationContext | undefined {
  const native = context.getNativeBuildContext?.();
  return native?.framework === 'farm' ? native.context : undefined;
}

/** Uses Farm and its other plugins, which know the aliases. */
const resolveByContext: Host['resolver'] = (context) => {
  const compilation = contextOf(context);
  if (compilation === undefined) return undefined;
  return async (source, importer) => {
    const param = { source, importer: importer ?? null, kind: 'import' };
    const found = await compilation.resolve(param, { meta: {}, caller: 'unplugin-ncnn' });
    return found?.external === false ? found.resolvedPath : undefined;
  };
};
