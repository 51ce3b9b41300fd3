import type { UnpluginContextMeta } from 'unplugin';
import type { ResolvedConfig, ViteDevServer } from 'vite';
import { ncnnError } from '../../diagnostics/diagnostic.ts';
import { createModelAccess, type ServedFolders } from '../dev/access.ts';
import type { AllowedHosts } from '../dev/allowedHosts.ts';
import { changedModules } from '../dev/hotUpdate.ts';
import { trackLoadedModels } from '../dev/loadedModels.ts';
import { assetsRoute, createMiddleware } from '../dev/middleware.ts';
import { createModelsPage } from '../dev/models.ts';
import { printOnce } from '../dev/printOnce.ts';
import { createServedAssets } from '../dev/served.ts';
import { placeFiles } from './filesBeside.ts';
import type { Asset, Host, HostModels } from './host.ts';
import { optimizeDepsSettings } from './prebundling.ts';
import { resolveByContext } from './rollup.ts';
import { createPublisher, environmentOf } from './viteFiles.ts';

/**
 * Vite. A build emits assets like Rollup; the development server has no assets, so it gets a middleware. Code for a server and libraries
 * embed the weights, or read a file beside them if `url` requests it, because they cannot read from the page's URL.
 */
export function viteHost(_meta: UnpluginContextMeta, { convert }: HostModels): Host {
  const assets = createServedAssets();
  const loaded = trackLoadedModels(convert);
  let config: ResolvedConfig | undefined;
  let server: ViteDevServer | undefined;
  const root = (): string => config?.root ?? process.cwd();
  const base = (): string => config?.base ?? '/';
  const isBuild = (): boolean => config?.command !== 'serve';
  const access = createModelAccess(root, () => (isBuild() ? everything : (config?.server.fs ?? everything)));
  const page = createModelsPage({
    root,
    convert,
    // Excludes models that only requests asked for, and models that a source no longer imports.
    imported: () => loaded.ids().filter((id) => access.isImported(id) && hasImporters(server, id)),
    resolve: async (specifier, importer) => (await server?.environments.client.pluginContainer.resolveId(specifier, importer))?.id,
  });
  const serve = (asset: Asset, id: string): string => `${base()}${assetsRoute}${assets.add(id, asset)}`;

  return {
    root,
    isBuild,
    // Servers and workers have separate builds.
    seesAll: () => config?.isWorker !== true && !config?.build.ssr && Object.keys(config?.environments ?? {}).length < 2,
    resolver: resolveByContext,
    access,
    checkPath: (file) => {
      if (!isBuild()) checkServedPath(file);
    },
    ...createPublisher(() => config, serve),
    loaded: (context, id, model) => loaded.add(environmentOf(context).name, id, model),
    log: (message) => config?.logger.info(message, { timestamp: true }),
    hooks: {
      vite: {
        config() {
          return { optimizeDeps: optimizeDepsSettings(this) };
        },
        configResolved: (resolved) => {
          config = resolved;
        },
        configureServer: (created) => {
          server = created;
          created.watcher.on('all', printOnce(created.config.logger));
          created.middlewares.use(createMiddleware(base, () => allowedHostsOf(config), assets, page));
        },
        renderChunk(code, chunk) {
          return placeFiles(this, code, chunk.fileName);
        },
        hotUpdate({ modules }) {
          const { name } = this.environment;
          return changedModules(modules, (id) => loaded.isChanged(name, id));
        },
      },
    },
  };
}

function hasImporters(server: ViteDevServer | undefined, id: string): boolean {
  const environments = Object.values(server?.environments ?? {});
  return environments.some(({ moduleGraph }) => (moduleGraph.getModuleById(id)?.importers.size ?? 0) > 0);
}

/** A browser reads `#` as the start of a fragment, and Vite does not escape it. */
function checkServedPath(file: string): void {
  if (!file.includes('#')) return;
  throw ncnnError(
    'file-unreadable',
    "Vite's development server cannot serve a file with a `#` in its path",
    'Rename the file or the folder.',
    {
      file,
    },
  );
}

/** The host names in the server's configuration. With TLS, no other name has a valid certificate. */
function allowedHostsOf(config: ResolvedConfig | undefined): AllowedHosts {
  if (config === undefined || config.server.https !== undefined) return true;
  const { allowedHosts, host, origin, hmr } = config.server;
  // A release without the option does not check hosts.
  if (allowedHosts === true || !('allowedHosts' in config.server)) return true;
  const named = [
    host,
    typeof hmr === 'object' ? hmr.host : undefined,
    origin !== undefined && URL.canParse(origin) ? new URL(origin).hostname : undefined,
  ];
  return [...(allowedHosts ?? []), ...named.filter((name) => typeof name === 'string')];
}

/** A build reads whatever the sources of the project import. */
const everything: ServedFolders = { strict: false, allow: [], deny: [] };
