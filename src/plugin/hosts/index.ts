import type { UnpluginContextMeta } from 'unplugin';
import { embeddingHost } from './embedding.ts';
import { esbuildHost } from './esbuild.ts';
import { farmHost } from './farm.ts';
import type { Host, HostModels } from './host.ts';
import { rollupHost } from './rollup.ts';
import { viteHost } from './vite.ts';
import { webpackHost } from './webpack.ts';

const hosts: Readonly<Record<UnpluginContextMeta['framework'], (meta: UnpluginContextMeta, models: HostModels) => Host>> = {
  vite: viteHost,
  rollup: rollupHost,
  rolldown: rollupHost,
  unloader: rollupHost,
  webpack: webpackHost,
  rspack: webpackHost,
  rsbuild: webpackHost,
  esbuild: esbuildHost,
  farm: farmHost,
  bun: embeddingHost,
};

export function hostOf(meta: UnpluginContextMeta, models: HostModels): Host {
  return hosts[meta.framework](meta, models);
}
