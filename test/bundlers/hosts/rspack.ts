import { rspack } from '@rspack/core';
import { pluginFor } from '../bench/package.ts';
import { compilerHost, configOf } from './compiler.ts';
import type { BundlerHost } from './host.ts';

export const rspackHost: BundlerHost = compilerHost('Rspack', 'rspack', '@rspack/core', '.rspack', async (request) => {
  const ncnn = await pluginFor('rspack');
  const { cacheFolder } = request;
  return rspack({
    ...configOf(request),
    module: { rules: [{ test: /\.ts$/, loader: 'builtin:swc-loader', options: { detectSyntax: 'auto' } }] },
    plugins: [ncnn(request.options)],
    ...(cacheFolder === undefined ? {} : { cache: { type: 'persistent', storage: { type: 'filesystem', directory: cacheFolder } } }),
  });
});
