import path from 'node:path';
import webpack, { type Compiler, type Configuration } from 'webpack';
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
  const ncnn = await pluginFor('webpack');
  markCommonJs(root);
  const config: Configuration = {
    context: root,
    mode: 'production',
    target: target === 'node' ? 'node20' : ['web', 'es2022'],
    entry: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, `./${file}`])),
    devtool: sourceMaps ? 'source-map' : false,
    output: { path: path.join(root, 'dist'), filename: '[name].js', ...(publicPath === undefined ? {} : { publicPath }) },
    optimization: { minimize: minify },
    performance: false,
    module: { rules: [{ test: /\.ts$/, loader: path.join(import.meta.dirname, 'typeScriptLoader.cjs') }] },
    resolve: { alias: { ...alias } },
    plugins: [ncnn(options)],
    ...(cacheFolder === undefined ? {} : { cache: { type: 'filesystem', cacheDirectory: cacheFolder } }),
  };
  const compiler = webpack(config);
  if (compiler === null) throw new Error('webpack gives no compiler.');
  return compiler;
}

export const webpackHost: BundlerHost = {
  title: 'webpack',
  version: versionOf('webpack'),
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
      'webpack.config.cjs': `const ncnn = require('unplugin-ncnn/webpack');
module.exports = { mode: 'production', target: 'node', entry: './main.js', plugins: [ncnn()] };`,
      'build.cjs': `require('webpack')(require('./webpack.config.cjs')).run((error, stats) => {
  if (error || stats.hasErrors()) throw error ?? new Error(stats.toString());
});`,
      'dist/package.json': '{ "type": "commonjs" }',
    },
    run: ['build.cjs'],
  },
  limits: {},
};
