import { type BuildOptions, build, context, version } from 'esbuild';
import { pluginFor } from '../bench/package.ts';
import type { BuildRequest, BundlerHost } from './host.ts';

async function optionsOf({ root, entries, target, options, minify, sourceMaps, publicPath, alias }: BuildRequest): Promise<BuildOptions> {
  const ncnn = await pluginFor('esbuild');
  return {
    absWorkingDir: root,
    entryPoints: Object.entries(entries).map(([out, file]) => ({ in: file, out })),
    outdir: 'dist',
    bundle: true,
    platform: target,
    format: 'esm',
    splitting: true,
    minify,
    sourcemap: sourceMaps,
    alias: { ...alias },
    plugins: [ncnn(options)],
    logLevel: 'silent',
    ...(publicPath === undefined ? {} : { publicPath }),
  };
}

export const esbuildHost: BundlerHost = {
  title: 'esbuild',
  version,
  script: 'module',
  findsWorkers: false,
  keepsCache: false,
  build: async (request) => {
    await build(await optionsOf(request));
  },
  watch: async (request) => {
    const watching = await context(await optionsOf(request));
    await watching.watch();
    return async () => await watching.dispose();
  },
  commonJs: {
    files: {
      'build.cjs': `const ncnn = require('unplugin-ncnn/esbuild');
require('esbuild').build({ entryPoints: ['main.js'], outdir: 'dist', bundle: true, platform: 'node', format: 'cjs', plugins: [ncnn()] });`,
      'dist/package.json': '{ "type": "commonjs" }',
    },
    run: ['build.cjs'],
  },
  limits: {
    "the bundler's persistent cache": {
      reason: 'esbuild caches nothing on disk between builds, by design',
      link: 'https://github.com/evanw/esbuild/issues/3063',
    },
  },
};
