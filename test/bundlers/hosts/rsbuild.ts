import { createRsbuild, type RsbuildConfig, type RsbuildInstance } from '@rsbuild/core';
import { pluginFor } from '../bench/package.ts';
import { type BuildRequest, type BundlerHost, packageFile, versionOf } from './host.ts';

async function instanceOf({
  root,
  entries,
  target,
  options,
  minify,
  sourceMaps,
  publicPath,
  alias,
  cacheFolder,
}: BuildRequest): Promise<RsbuildInstance> {
  const ncnn = await pluginFor('rsbuild');
  const config: RsbuildConfig = {
    root,
    mode: 'production',
    logLevel: 'silent',
    plugins: [ncnn(options)],
    source: { entry: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, { import: `./${file}`, html: false }])) },
    resolve: { alias: { ...alias } },
    output: {
      target: target === 'node' ? 'node' : 'web',
      distPath: { root: 'dist', js: '' },
      filename: { js: '[name].js' },
      sourceMap: { js: sourceMaps ? 'source-map' : false, css: false },
      minify,
      ...(publicPath === undefined ? {} : { assetPrefix: publicPath }),
    },
    performance: {
      printFileSize: false,
      buildCache: cacheFolder === undefined ? false : { cacheDirectory: cacheFolder },
    },
  };
  return await createRsbuild({ cwd: root, config });
}

export const rsbuildHost: BundlerHost = {
  title: 'Rsbuild',
  version: versionOf('@rsbuild/core'),
  script: 'classic',
  findsWorkers: true,
  keepsCache: true,
  build: async (request) => {
    const rsbuild = await instanceOf(request);
    let reasons = '';
    rsbuild.onAfterBuild(({ stats }) => {
      reasons = stats?.toString({ all: false, errors: true }) ?? '';
    });
    const { close } = await rsbuild.build().catch((error: unknown) => {
      throw new Error(`${error}\n${reasons}`);
    });
    await close();
  },
  watch: async (request) => {
    const rsbuild = await instanceOf(request);
    const { close } = await rsbuild.build({ watch: true });
    return async () => await close();
  },
  commonJs: {
    files: {
      'rsbuild.config.cjs': `const ncnn = require('unplugin-ncnn/rsbuild');
module.exports = {
  plugins: [ncnn()],
  source: { entry: { main: './main.js' } },
  output: { target: 'node', filename: { js: '[name].js' } },
  performance: { printFileSize: false },
};`,
    },
    run: [packageFile('@rsbuild/core', 'bin/rsbuild.js'), 'build', '-c', 'rsbuild.config.cjs'],
  },
  limits: {},
};
