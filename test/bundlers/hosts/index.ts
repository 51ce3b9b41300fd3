import type { BundlerHost } from './host.ts';

/** In the order of the table's columns. */
export const hostNames = ['vite', 'vite7', 'rollup', 'rolldown', 'webpack', 'rspack', 'rsbuild', 'esbuild', 'farm'] as const;

export type HostName = (typeof hostNames)[number];

/** A bundler is loaded only when it is tested. */
export const hosts: Readonly<Record<HostName, () => Promise<BundlerHost>>> = {
  vite: async () => (await import('./vite.ts')).viteOf('Vite', 'vite'),
  vite7: async () => (await import('./vite.ts')).viteOf('Vite', 'vite7'),
  rollup: async () => (await import('./rollup.ts')).rollupHost,
  rolldown: async () => (await import('./rolldown.ts')).rolldownHost,
  webpack: async () => (await import('./webpack.ts')).webpackHost,
  rspack: async () => (await import('./rspack.ts')).rspackHost,
  rsbuild: async () => (await import('./rsbuild.ts')).rsbuildHost,
  esbuild: async () => (await import('./esbuild.ts')).esbuildHost,
  farm: async () => (await import('./farm.ts')).farmHost,
};
