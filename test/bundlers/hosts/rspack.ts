import path from 'node:path';
import { type Compiler, type Configuration, rspack } from '@rspack/core';
import { pluginFor } from '../bench/package.ts';
import { type BuildRequest, type BundlerHost, markCommonJs, versionOf } from './host.ts';

async function compilerOf({
  root,
  entries,
  target,
  options,
  minify,
  sourceMaps,
  publicPath,
  alias,
  cacheFolder,
}: BuildRequest): Promise<Compiler> {
  const ncnn = await pluginFor('rspack');
  markCommonJs(root);
  const config: Configuration = {
    context: root,
    mode: 'production',
    target: target === 'node' ? 'node20' : ['web', 'es2022'],
    entry: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, `./${file}`])),
    devtool: sourceMaps ? 'source-map' : false,
    output: { path: path.join(root, 'dist'), filename: '[name].js', ...(publicPath === undefined ? {} : { publicPath }) },
    optimization: { minimize: minify },
    module: { rules: [{ test: /\.ts$/, loader: 'builtin:swc-loader', options: { detectSyntax: 'auto' } }] },
    resolve: { alias: { ...alias } },
    plugins: [ncnn(options)],
    ...(cacheFolder === undefined ? {} : { cache: { type: 'persistent', storage: { type: 'filesystem', directory: cacheFolder } } }),
  };
  return rspack(config);
}

export const rspackHost: BundlerHost = {
  title: 'Rspack',
  version: versionOf('@rspack/core'),
  script: 'classic',
  findsWorkers: true,
  keepsCache: true,
  build: async (request) => {
    const compiler = await compilerOf(request);
    await new Promise<void>((resolve, reject) => {
      compiler.run((error, stats) => {
        compiler.close((closing) => {
          const failure = error ?? closing;
          if (failure) reject(failure);
          else if (stats?.hasErrors()) reject(new Error(stats.toString({ all: false, errors: true })));
          else resolve();
        });
      });
    });
  },
  watch: async (request) => {
    const compiler = await compilerOf(request);
    const watching = compiler.watch({ aggregateTimeout: 20 }, () => {});
    return async () => await new Promise<void>((resolve) => watching?.close(() => resolve()));
  },
  commonJs: {
    files: {
      'rspack.config.cjs': `const ncnn = require('unplugin-ncnn/rspack');
module.exports = { mode: 'production', target: 'node', entry: './main.js', plugins: [ncnn()] };`,
      'build.cjs': `require('@rspack/core').rspack(require('./rspack.config.cjs')).run((error, stats) => {
  if (error || stats.hasErrors()) throw error ?? new Error(stats.toString());
});`,
      'dist/package.json': '{ "type": "commonjs" }',
    },
    run: ['build.cjs'],
  },
  limits: {},
};
