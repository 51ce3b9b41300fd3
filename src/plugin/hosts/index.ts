import type { UnpluginContextMeta } from 'unplugin';
import { embeddingHost, esbuildHost } from './embedding.ts';
import type { Host } from './host.ts';
import { rollupHost } from './rollup.ts';
import { viteHost } from './vite.ts';
import { webpackHost } from './webpack.ts';

const hosts: Readonly<Record<UnpluginContextMeta['framework'], () => Host>> = {
  vite: viteHost,
  rollup: rollupHost,
  rolldown: rollupHost,
  unloader: rollupHost,
  webpack: webpackHost,
  rspack: webpackHost,
  rsbuild: webpackHost,
  esbuild: esbuildHost,
  farm: embeddingHost,
  bun: embeddingHost,
};

export function hostOf(framework: UnpluginContextMeta['framework']): Host {
  return hosts[framework]();
}
