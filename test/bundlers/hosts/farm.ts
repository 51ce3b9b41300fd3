import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createBundleHandler, createCompiler, Logger, resolveConfig, type UserConfig } from '@farmfe/core';
import { pluginFor } from '../bench/package.ts';
import { type BuildRequest, type BundlerHost, versionOf } from './host.ts';

/** Farm ends the process on errors; here it must throw. */
class QuietLogger extends Logger {
  override error(message: string | Error, options?: { readonly error?: Error }): void {
    throw options?.error ?? new Error(String(message));
  }
  override info(): void {}
  override warn(): void {}
}

async function configOf(request: BuildRequest): Promise<UserConfig & { server: { hmr: boolean } }> {
  const { root, entries, target, options, minify, sourceMaps, publicPath, alias, cacheFolder } = request;
  const ncnn = await pluginFor('farm');
  // Farm connects its scripts only through a page.
  const { main = '', ...others } = entries;
  if (target === 'browser') writeFileSync(path.join(root, 'index.html'), `<!doctype html><body><script src="./${main}"></script></body>`);
  const inputs = target === 'browser' ? { index: 'index.html', ...others } : entries;
  const plugins = ncnn(options);
  return {
    root,
    server: { hmr: false },
    plugins: Array.isArray(plugins) ? plugins : [plugins],
    compilation: {
      input: Object.fromEntries(Object.entries(inputs).map(([name, file]) => [name, `./${file}`])),
      output: {
        path: 'dist',
        targetEnv: target,
        entryFilename: '[entryName].[ext]',
        ...(publicPath === undefined ? {} : { publicPath }),
      },
      resolve: { alias: { ...alias } },
      minify,
      sourcemap: sourceMaps,
      progress: false,
      lazyCompilation: false,
      persistentCache: cacheFolder === undefined ? false : { cacheDir: cacheFolder },
    },
  };
}

export const farmHost: BundlerHost = {
  title: 'Farm',
  version: versionOf('@farmfe/core'),
  script: 'page',
  findsWorkers: false,
  keepsCache: true,
  build: async (request) => {
    const logger = new QuietLogger();
    const config = await resolveConfig(await configOf(request), 'production', logger, false);
    const compiler = await createCompiler(config, logger);
    await compiler.compile();
    compiler.writeResourcesToDisk();
  },
  watch: async (request) => {
    const logger = new QuietLogger();
    const config = await resolveConfig(await configOf(request), 'development', logger, false);
    const watcher = await createBundleHandler(config, logger, true);
    return async () => watcher.close();
  },
  commonJs: {
    files: {
      'farm.config.cjs': `const ncnn = require('unplugin-ncnn/farm');
module.exports = {
  plugins: ncnn(),
  compilation: { input: { main: './main.js' }, output: { targetEnv: 'node', entryFilename: '[entryName].js' }, progress: false },
};`,
      'build.mjs': "import { build } from '@farmfe/core';\nawait build({ configPath: import.meta.dirname + '/farm.config.cjs' });",
    },
    run: ['build.mjs'],
  },
  limits: {
    'a path with `?`': {
      reason: 'Farm treats the first `?` of a path as the start of its query',
      link: 'https://www.farmfe.org/docs/api/js-plugin-api#resolve',
    },
    'a worker': {
      reason: 'Farm copies the file of a worker without bundling it; support for workers is a feature request',
      link: 'https://github.com/farm-fe/plugins/issues/85',
    },
    'ncnn.wasm in a worker': {
      reason: 'Farm copies the file of a worker without bundling it; support for workers is a feature request',
      link: 'https://github.com/farm-fe/plugins/issues/85',
    },
    'source maps of minified output': {
      reason: 'Farm writes empty source maps for minified Node output, with or without plugins',
      link: 'https://www.farmfe.org/docs/config/compilation-options#sourcemap',
    },
    "the bundler's persistent cache": {
      reason: 'Farm exits when its persistent cache contains a file that is not text, so the plugin disables that cache',
      link: 'https://www.farmfe.org/docs/advanced/persistent-cache',
    },
  },
};
