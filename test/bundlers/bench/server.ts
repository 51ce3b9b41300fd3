import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.bin': 'application/octet-stream',
  '.wasm': 'application/wasm',
};

/** A static server that records requests. */
export interface StaticServer {
  readonly origin: string;
  /** Paths of the files that it served. */
  readonly served: readonly string[];
  readonly close: () => Promise<void>;
}

/** Serves folders below paths with a trailing slash, and pages given as text. Allows all origins, like a CDN. */
export async function serve(folders: () => Readonly<Record<string, string>>, pages: Readonly<Record<string, Page>>): Promise<StaticServer> {
  const served: string[] = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    response.setHeader('Access-Control-Allow-Origin', '*');
    const page = pages[pathname];
    if (page !== undefined) {
      response.setHeader('Content-Type', 'text/html');
      response.setHeader('Content-Security-Policy', page.policy);
      response.end(page.html);
      return;
    }
    const [prefix, folder] = Object.entries(folders()).find(([start]) => pathname.startsWith(start)) ?? [];
    const file =
      prefix === undefined || folder === undefined ? undefined : path.join(folder, decodeURIComponent(pathname.slice(prefix.length)));
    if (file === undefined || !existsSync(file) || !statSync(file).isFile()) {
      response.statusCode = 404;
      response.end();
      return;
    }
    served.push(pathname);
    response.setHeader('Content-Type', types[path.extname(file)] ?? 'text/plain');
    response.end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { origin: `http://127.0.0.1:${portOf(server)}`, served, close: () => closing(server) };
}

export interface Page {
  readonly html: string;
  /** Content security policy. */
  readonly policy: string;
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}

function closing(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
