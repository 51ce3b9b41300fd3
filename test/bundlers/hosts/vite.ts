import path from 'node:path';
import type { InlineConfig } from 'vite';
import { pluginFor } from '../bench/package.ts';
import { type BuildRequest, type BundlerHost, packageFile, versionOf } from './host.ts';

async function configOf({ root, entries, target, options, minify, sourceMaps, publicPath, alias }: BuildRequest) {
  const ncnn = await pluginFor('vite');
  return {
    root,
    configFile: false,
    logLevel: 'silent',
    plugins: [ncnn(options)],
    base: publicPath ?? '/',
    resolve: { alias: { ...alias } },
    worker: { format: 'es', plugins: () => [ncnn(options)] },
    build: {
      outDir: 'dist',
      ...(minify ? {} : { minify: false }),
      sourcemap: sourceMaps,
      modulePreload: false,
      target: 'esnext',
      ...(target === 'node' ? { ssr: true } : {}),
      rollupOptions: {
        input: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, path.join(root, file)])),
        output: { entryFileNames: '[name].js' },
      },
    },
  } satisfies InlineConfig;
}

/** Vite from the package of this name; versions 7 and 8 have the same API as far as it is used here. */
export function viteOf(title: string, packageName: string): BundlerHost {
  const load = async (): Promise<typeof import('vite')> => await import(/* @vite-ignore */ packageName);
  return {
    title,
    version: versionOf(packageName),
    script: 'module',
    findsWorkers: true,
    keepsCache: false,
    build: async (request) => {
      await (await load()).build(await configOf(request));
    },
    watch: async (request) => {
      const config = await configOf(request);
      const watcher = await (await load()).build({ ...config, build: { ...config.build, watch: {} } });
      if (!('close' in watcher)) throw new Error('Vite does not watch.');
      return async () => await watcher.close();
    },
    commonJs: {
      files: {
        'vite.config.cjs': `const ncnn = require('unplugin-ncnn/vite');
module.exports = { plugins: [ncnn()], logLevel: 'warn', build: { ssr: 'main.js' } };`,
      },
      run: [packageFile(packageName, 'bin/vite.js'), 'build', '-c', 'vite.config.cjs'],
    },
    limits: {
      "the bundler's persistent cache": {
        reason: 'Vite builds cache no modules; its cache is for the dependencies of the development server',
        link: 'https://vite.dev/guide/dep-pre-bundling#caching',
      },
    },
  };
}
