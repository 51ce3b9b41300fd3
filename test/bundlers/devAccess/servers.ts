import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { PluginOption, ViteDevServer } from 'vite';
import webpack, { type WebpackPluginInstance } from 'webpack';
import type { SampleProject } from './sample.ts';

/** A running development server. */
export interface RunningServer {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** Starts the server of a release of Vite. */
export async function startVite(
  createServer: typeof import('vite').createServer,
  plugin: PluginOption,
  { root, outside }: SampleProject,
): Promise<RunningServer> {
  const server: ViteDevServer = await createServer({
    root,
    configFile: false,
    logLevel: 'silent',
    plugins: [plugin],
    resolve: { alias: { FAR: outside } },
    server: { port: 0, host: '127.0.0.1', fs: { allow: [root] } },
    optimizeDeps: { noDiscovery: true },
  });
  await server.listen();
  return { port: portOf(server.httpServer?.address()), close: () => server.close() };
}

/** Starts webpack-dev-server, which serves the files emitted by the compiler. */
export async function startWebpack(plugin: WebpackPluginInstance, { root, outside }: SampleProject): Promise<RunningServer> {
  const { default: WebpackDevServer } = await import('webpack-dev-server');
  const compiler = webpack({
    mode: 'development',
    context: root,
    entry: './main.js',
    output: { path: path.join(root, 'dist'), publicPath: '/' },
    resolve: { alias: { FAR: outside } },
    infrastructureLogging: { level: 'none' },
    stats: 'none',
    plugins: [plugin],
  });
  if (compiler === null) throw new Error('webpack gives no compiler');
  const server = new WebpackDevServer(
    { port: 0, host: '127.0.0.1', static: false, client: false, hot: false, liveReload: false },
    compiler,
  );
  const compiled = new Promise<void>((resolve) => compiler.hooks.done.tap('test', () => resolve()));
  await server.start();
  await compiled;
  const { server: http } = server;
  if (http === undefined) throw new Error('webpack-dev-server does not listen');
  if (!http.listening) await once(http, 'listening');
  return { port: portOf(http.address()), close: () => server.stop() };
}

function portOf(address: string | AddressInfo | null | undefined): number {
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return address.port;
}
