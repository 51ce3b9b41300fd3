import { createBundleHandler, createCompiler, Logger, resolveConfig, type UserConfig } from '@farmfe/core';
import { pluginFor } from '../bench/package.ts';
import { type BuildRequest, type BundlerHost, versionOf } from './host.ts';

/** Farm ends the process where it fails; here it has to throw. */
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
  const plugins = ncnn(options);
  return {
    root,
    server: { hmr: false },
    plugins: Array.isArray(plugins) ? plugins : [plugins],
    compilation: {
      input: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, `./${file}`])),
      output: {
        path: 'dist',
        targetEnv: target,
        entryFilename: '[entryName].js',
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
  script: 'classic',
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
  limits: {},
};
