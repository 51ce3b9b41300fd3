import type { UnpluginContextMeta } from 'unplugin';
import type { ResolvedConfig, ViteDevServer } from 'vite';
import { stringLiteral } from '../../emit/javascript.ts';
import { createModelAccess, type ServedFolders } from '../dev/access.ts';
import { changedModules } from '../dev/hotUpdate.ts';
import { trackLoadedModels } from '../dev/loadedModels.ts';
import { assetsRoute, createMiddleware } from '../dev/middleware.ts';
import { createModelsPage } from '../dev/models.ts';
import { createServedAssets } from '../dev/served.ts';
import { emitBeside, placeFiles } from './filesBeside.ts';
import type { Asset, HookContext, Host, HostModels, PublishedFile } from './host.ts';
import { emitAsset, resolveByContext } from './rollup.ts';

/**
 * Vite. A build emits assets as Rollup does; the development server has no assets, so it gets a middleware. Code for a server and libraries embed
 * the weights, or have a file beside them where `url` asks for it: a URL of the page would be none to read from there.
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
      const { isServer } = environmentOf(context);
      if (!isBuild()) return isServer ? undefined : serve(asset, id);
      if (!isServer && !config?.build.lib) return emitAsset(context, asset, id);
      return asset.isFile === true && (isServer || formatsOf(config).every((format) => format === 'es'))
        ? emitBeside(context, asset)
        : undefined;
    },
    publicUrl: (context, asset, id) => {
      const { isServer, emitsAssets } = environmentOf(context);
      if (!isServer) return undefined;
      if (!isBuild()) return stringLiteral(`${config?.server.origin ?? ''}${base()}${assetsRoute}${assets.add(id, asset)}`);
      return emitsAssets ? emitPublic(context, asset) : undefined;
    },
    urlHint: () =>
      isBuild() && config?.build.lib
        ? "Build the library with `formats: ['es']`, whose code knows where it is, or leave out `url`."
        : undefined,
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

/** A build reads what the sources of the project import. */
const everything: ServedFolders = { strict: false, allow: [], deny: [] };

/** The URL of a path on the server. It is absolute, as a worker made of a blob has no base; Vite rewrites `new URL(…, import.meta.url)`. */
function servedUrl(path: string, origin: string | undefined): PublishedFile {
  const text = stringLiteral(path);
  return { kind: 'url', expression: origin ? `${stringLiteral(origin)} + ${text}` : `new URL(import.meta.url).origin + ${text}` };
}

/** The formats of a library, with Vite's defaults. */
function formatsOf(config: ResolvedConfig | undefined): readonly string[] {
  const lib = config?.build.lib;
  if (!lib) return [];
  return lib.formats ?? ['es', typeof lib.entry === 'string' || Object.keys(lib.entry ?? {}).length === 1 ? 'umd' : 'cjs'];
}

/** Emits an asset; Vite writes its public URL in place of the text. */
function emitPublic(context: HookContext, { name, extension, bytes }: Asset): string | undefined {
  const reference: unknown = context.emitFile({ type: 'asset', name: `${name}${extension}`, source: bytes });
  return typeof reference === 'string' ? `"__VITE_ASSET__${reference}__"` : undefined;
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
