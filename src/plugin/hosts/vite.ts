import type { IncomingMessage, ServerResponse } from 'node:http';
import type { UnpluginContextMeta } from 'unplugin';
import type { ResolvedConfig, ViteDevServer } from 'vite';
import { NcnnError } from '../../diagnostics/diagnostic.ts';
import { stringLiteral } from '../../emit/javascript.ts';
import type { ConvertedModel } from '../../project/conversion/convertedModel.ts';
import { changedModules } from '../dev/hotUpdate.ts';
import { createModelsPage } from '../dev/models.ts';
import { createServedWeights } from '../dev/served.ts';
import { refuse, sendWeights } from '../dev/weights.ts';
import type { HookContext, Host, HostModels, PublishedWeights } from './host.ts';
import { emitAsset, resolveByContext } from './rollup.ts';

/** Where the development server has the weights, and the page that lists the models, below its base. */
const weightsRoute = '@ncnn/';
const pageRoute = '__ncnn/';

/**
 * Vite. A build emits assets as Rollup does; the development server has no assets, so it gets a middleware. Code for a
 * server embeds the weights, unless that build writes assets of its own: there is no page whose URLs would count.
 */
export function viteHost(_meta: UnpluginContextMeta, models: HostModels): Host {
  const weights = createServedWeights();
  /** What code was told of each model, by environment and id: a change of anything else is none. */
  const told = new Map<string, string>();
  let config: ResolvedConfig | undefined;
  let server: ViteDevServer | undefined;

  const root = (): string => config?.root ?? process.cwd();
  const isBuild = (): boolean => config?.command !== 'serve';

  const serve = (model: ConvertedModel, id: string): PublishedWeights => {
    const path = stringLiteral(`${config?.base ?? '/'}${weightsRoute}${weights.add(id, model)}`);
    // Absolute, as a worker made of a blob has no base to resolve against. `new URL(…, import.meta.url)` is left to Vite.
    const origin = config?.server.origin;
    return { kind: 'url', expression: origin ? `${stringLiteral(origin)} + ${path}` : `new URL(import.meta.url).origin + ${path}` };
  };

  const isChanged = async (environment: string, id: string): Promise<boolean> => {
    try {
      return told.get(keyOf(environment, id)) !== JSON.stringify((await models.convert(id)).description);
    } catch (error) {
      // Its diagnostics are reported when it is loaded.
      if (error instanceof NcnnError) return true;
      throw error;
    }
  };

  const page = createModelsPage({
    root,
    convert: models.convert,
    imported: () => [...new Set([...told.keys()].map((key) => key.slice(key.indexOf(' ') + 1)))],
    resolve: async (specifier, importer) => (await server?.environments.client.pluginContainer.resolveId(specifier, importer))?.id,
  });

  const answer = async (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void): Promise<void> => {
    const below = belowBase(request.url ?? '', config?.base ?? '/');
    if (below.startsWith(weightsRoute)) {
      const [place = ''] = below.slice(weightsRoute.length).split('?', 1);
      const model = weights.get(place);
      if (model === undefined) refuse(response, 404, 'There are no such weights; reload the page for those of now.');
      else await sendWeights(request, response, model.bin, model.description.hash);
    } else if (below === pageRoute.slice(0, -1)) {
      response.writeHead(302, { Location: `${config?.base ?? '/'}${pageRoute}` }).end();
    } else if (below.startsWith(pageRoute)) {
      await page(below.slice(pageRoute.length), response);
    } else {
      next();
    }
  };

  return {
    root,
    isBuild,
    // Servers and workers have builds of their own.
    seesAll: () => config?.isWorker !== true && !config?.build.ssr && Object.keys(config?.environments ?? {}).length < 2,
    resolver: resolveByContext,
    publish: (context, model, id) => {
      const environment = environmentOf(context);
      if (!isBuild()) return environment.isServer ? undefined : serve(model, id);
      return environment.isServer && !environment.emitsAssets ? undefined : emitAsset(context, model, id);
    },
    loaded: (context, id, model) => {
      const { name } = environmentOf(context);
      told.set(keyOf(name, id), model === undefined ? '' : JSON.stringify(model.description));
    },
    log: (message) => config?.logger.info(message, { timestamp: true }),
    hooks: {
      vite: {
        configResolved: (resolved) => {
          config = resolved;
        },
        configureServer: (created) => {
          server = created;
          created.middlewares.use((request, response, next) => void answer(request, response, next).catch(next));
        },
        hotUpdate({ modules }) {
          const { name } = this.environment;
          return changedModules(modules, (id) => isChanged(name, id));
        },
      },
    },
  };
}

/** A path without the base, which proxies may have taken away already. */
function belowBase(url: string, base: string): string {
  const prefix = /^\w+:/.test(base) || !url.startsWith(base) ? '/' : base;
  return url.slice(prefix.length);
}

function keyOf(environment: string, id: string): string {
  return `${environment} ${id}`;
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
