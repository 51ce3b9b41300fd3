import type { PluginContext } from 'rollup';
import type { HookContext, Host } from './host.ts';

/** Rollup, Rolldown and others with the same hooks. */
export function rollupHost(): Host {
  let isNitro = false;
  return {
    root: () => process.cwd(),
    isBuild: () => true,
    seesAll: () => true,
    resolver: resolveByContext,
    // Nitro replaces `import.meta` in modules, and its servers may have no files, so the weights are embedded in the code.
    publish: (...args) => (isNitro ? undefined : emitAsset(...args)),
    log: (message, context) => {
      if (context !== undefined && isRollupContext(context)) context.info(message);
    },
    hooks: {
      rollup: {
        buildStart({ plugins }) {
          isNitro = plugins.some(({ name }) => /^(?:nitro\b|nitropack\b)/.test(name));
        },
      },
    },
  };
}

/** Uses the other plugins and the bundler itself. */
export const resolveByContext: Host['resolver'] = (context) => {
  if (!isRollupContext(context)) return undefined;
  return async (specifier, importer) => {
    const found = await context.resolve(specifier, importer, { skipSelf: true });
    return found === null || found.external ? undefined : found.id;
  };
};

/** Emits an asset; Rollup adds a hash to its name and writes its URL, relative to the chunk. */
const emitAsset: Host['publish'] = (context, { name, extension, bytes }) => {
  // Rollup returns a reference, other bundlers return nothing.
  const reference: unknown = context.emitFile({ type: 'asset', name: `${name}${extension}`, source: bytes });
  return typeof reference === 'string' ? { kind: 'url', expression: `import.meta.ROLLUP_FILE_URL_${reference}` } : undefined;
};

function isRollupContext(context: HookContext): context is HookContext & Pick<PluginContext, 'resolve' | 'info'> {
  return 'resolve' in context && typeof context.resolve === 'function';
}
