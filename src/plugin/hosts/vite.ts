import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ResolvedConfig } from 'vite';
import { stringLiteral } from '../../emit/javascript.ts';
import type { CompiledModel } from '../compile.ts';
import type { HookContext, Host, PublishedWeights } from './host.ts';
import { emitAsset, resolveByContext } from './rollup.ts';

/** Where the development server has the weights, below its base. */
const route = '@ncnn/';

/**
 * Vite. A build emits assets as Rollup does; the development server has no assets, so it gets a middleware. Code for a
 * server embeds the weights, unless that build writes assets of its own: there is no page whose URLs would count.
 */
export function viteHost(): Host {
  const served = new Map<string, CompiledModel>();
  let config: ResolvedConfig | undefined;

  const isBuild = (): boolean => config?.command !== 'serve';

  const serve = (model: CompiledModel): PublishedWeights => {
    const location = `${encodeURIComponent(model.description.hash)}/${encodeURIComponent(model.description.name)}.bin`;
    served.set(location, model);
    const path = stringLiteral(`${config?.base ?? '/'}${route}${location}`);
    // Absolute, as a worker made of a blob has no base to resolve against. `new URL(…, import.meta.url)` is left to Vite.
    const origin = config?.server.origin;
    return { kind: 'url', expression: origin ? `${stringLiteral(origin)} + ${path}` : `new URL(import.meta.url).origin + ${path}` };
  };

  const answer = (request: IncomingMessage, response: ServerResponse, next: () => void): void => {
    const path = request.url?.split('?', 1)[0] ?? '';
    const start = [config?.base ?? '/', '/'].map((base) => base + route).find((prefix) => path.startsWith(prefix));
    const model = start === undefined ? undefined : served.get(path.slice(start.length));
    if (model === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) {
      next();
      return;
    }
    response.setHeader('Content-Type', 'application/octet-stream');
    response.setHeader('Content-Length', model.bin.byteLength);
    // The address holds the hash of the contents.
    response.setHeader('Cache-Control', 'max-age=31536000, immutable');
    response.end(request.method === 'HEAD' ? undefined : model.bin);
  };

  return {
    root: () => config?.root ?? process.cwd(),
    isBuild,
    remembersModules: () => false,
    resolver: resolveByContext,
    publish: (context, model) => {
      const environment = environmentOf(context);
      if (!isBuild()) return environment.isServer ? undefined : serve(model);
      return environment.isServer && !environment.emitsAssets ? undefined : emitAsset(context, model);
    },
    log: (_context, message) => config?.logger.info(message, { timestamp: true }),
    hooks: {
      vite: {
        configResolved: (resolved) => {
          config = resolved;
        },
        configureServer: (server) => {
          server.middlewares.use(answer);
        },
      },
    },
  };
}

interface Environment {
  readonly isServer: boolean;
  readonly emitsAssets: boolean;
}

/** What the code being built is for; a Vite older than 6 does not say, and is taken to build for browsers. */
function environmentOf(context: HookContext): Environment {
  const config = property(property(context, 'environment'), 'config');
  return {
    isServer: property(config, 'consumer') === 'server',
    emitsAssets: property(property(config, 'build'), 'emitAssets') === true,
  };
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
