import type { UnpluginContextMeta } from 'unplugin';
import type { ResolvedConfig, ViteDevServer } from 'vite';
import { stringLiteral } from '../../emit/javascript.ts';
import { createModelAccess, type ServedFolders } from '../dev/access.ts';
import { changedModules } from '../dev/hotUpdate.ts';
import { trackLoadedModels } from '../dev/loadedModels.ts';
import { assetsRoute, createMiddleware } from '../dev/middleware.ts';
import { createModelsPage } from '../dev/models.ts';
import { createServedAssets } from '../dev/served.ts';
import type { Asset, HookContext, Host, HostModels, PublishedFile } from './host.ts';
import { emitAsset, resolveByContext } from './rollup.ts';

/**
 * Vite. A build emits assets as Rollup does; the development server has no assets, so it gets a middleware. Code for a
 * server embeds the weights unless that build writes assets itself: there is no page whose URLs would be valid.
 */
export function viteHost(_meta: UnpluginContextMeta, { convert }: HostModels): Host {
  const assets = createServedAssets();
  const loaded = trackLoadedModels(convert);
  let config: ResolvedConfig | undefined;
  let server: ViteDevServer | undefined;
  const root = (): string => config?.root ?? process.cwd();
  const base = (): string => config?.base ?? '/';
  const isBuild = (): boolean => config?.command !== 'serve';
  const page = createModelsPage({
    root,
    convert,
    imported: loaded.ids,
    resolve: async (specifier, importer) => (await server?.environments.client.pluginContainer.resolveId(specifier, importer))?.id,
  });
  const serve = (asset: Asset, id: string): PublishedFile =>
    servedUrl(`${base()}${assetsRoute}${assets.add(id, asset)}`, config?.server.origin);

  return {
    root,
    isBuild,
    // Servers and workers have separate builds.
    seesAll: () => config?.isWorker !== true && !config?.build.ssr && Object.keys(config?.environments ?? {}).length < 2,
    resolver: resolveByContext,
    access: createModelAccess(root, () => (isBuild() ? everything : (config?.server.fs ?? everything))),
    publish: (context, asset, id) => {
      const environment = environmentOf(context);
      if (!isBuild()) return environment.isServer ? undefined : serve(asset, id);
      return environment.isServer && !environment.emitsAssets ? undefined : emitAsset(context, asset, id);
    },
    loaded: (context, id, model) => loaded.add(environmentOf(context).name, id, model),
    log: (message) => config?.logger.info(message, { timestamp: true }),
    hooks: {
      vite: {
        // Prebundled, the runtime would be apart from its wasm and its kernels.
        config: () => ({ optimizeDeps: { exclude: ['unplugin-ncnn'] } }),
        configResolved: (resolved) => {
          config = resolved;
        },
        configureServer: (created) => {
          server = created;
          created.middlewares.use(createMiddleware(base, assets, page));
        },
        hotUpdate({ modules }) {
          const { name } = this.environment;
          return changedModules(modules, (id) => loaded.isChanged(name, id));
        },
      },
    },
  };
}

/** A build reads what the sources of the project import. */
const everything: ServedFolders = { strict: false, allow: [], deny: [] };

/** The URL of a path on the server. It is absolute, as a worker made of a blob has no base; Vite rewrites `new URL(…, import.meta.url)`. */
function servedUrl(path: string, origin: string | undefined): PublishedFile {
  const text = stringLiteral(path);
  return { kind: 'url', expression: origin ? `${stringLiteral(origin)} + ${text}` : `new URL(import.meta.url).origin + ${text}` };
}

interface Environment {
  readonly name: string;
  readonly isServer: boolean;
  readonly emitsAssets: boolean;
}

/** What the code being built is for; a Vite older than 6 does not say, and is taken to build for browsers. */
function environmentOf(context: HookContext): Environment {
  const environment = property(context, 'environment');
  const config = property(environment, 'config');
  return {
    name: String(property(environment, 'name') ?? 'client'),
    isServer: property(config, 'consumer') === 'server',
    emitsAssets: property(property(config, 'build'), 'emitAssets') === true,
  };
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
