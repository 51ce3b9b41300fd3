import path from 'node:path';
import webpack from 'webpack';
import { pluginFor } from '../bench/package.ts';
import { compilerHost, configOf } from './compiler.ts';
import type { BundlerHost } from './host.ts';

export const webpackHost: BundlerHost = compilerHost('webpack', 'webpack', 'webpack', '', async (request) => {
  const ncnn = await pluginFor('webpack');
  const compiler = webpack({
    ...configOf(request),
    performance: false,
    module: { rules: [{ test: /\.ts$/, loader: path.join(import.meta.dirname, 'typeScriptLoader.cjs') }] },
    plugins: [ncnn(request.options)],
    ...(request.cacheFolder === undefined ? {} : { cache: { type: 'filesystem', cacheDirectory: request.cacheFolder } }),
  });
  if (compiler === null) throw new Error('webpack gives no compiler.');
  return compiler;
});
