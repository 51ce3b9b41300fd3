import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AllowedHosts, isAllowedHost } from './allowedHosts.ts';
import type { ModelsPage } from './models.ts';
import { refuse, sendAsset } from './sendAsset.ts';
import type { ServedAssets } from './served.ts';

/** The route of weights and the wasm on a development server, below its base. */
export const assetsRoute = '@ncnn/';
/** The route of the page that lists the models. */
const pageRoute = '__ncnn/';

/** A middleware of connect. */
export type Middleware = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;

/** Serves assets and the page of models, and passes all other requests on. */
export function createMiddleware(base: () => string, allowedHosts: () => AllowedHosts, assets: ServedAssets, page: ModelsPage): Middleware {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<'answered' | 'foreign'> => {
    const below = belowBase(request.url ?? '', base());
    const isOwn = below.startsWith(assetsRoute) || below === pageRoute.slice(0, -1) || below.startsWith(pageRoute);
    if (!isOwn) return 'foreign';
    if (!isAllowedHost(request.headers.host, allowedHosts())) {
      refuse(response, 403, 'This host is not in `server.allowedHosts`.');
      return 'answered';
    }
    if (below.startsWith(assetsRoute)) {
      const [place = ''] = below.slice(assetsRoute.length).split('?', 1);
      const asset = assets.get(place);
      if (asset === undefined) refuse(response, 404, 'File not found. Reload the page to get the current files.');
      else await sendAsset(request, response, asset);
    } else if (below === pageRoute.slice(0, -1)) {
      response.writeHead(302, { Location: `${base()}${pageRoute}` }).end();
    } else await page(below.slice(pageRoute.length), response);
    return 'answered';
  };
  return (request, response, next) => {
    answer(request, response).then((result) => (result === 'foreign' ? next() : undefined), next);
  };
}

/** A path without the base, which a proxy may have removed already. */
function belowBase(url: string, base: string): string {
  const prefix = /^\w+:/.test(base) || !url.startsWith(base) ? '/' : base;
  return url.slice(prefix.length);
}
