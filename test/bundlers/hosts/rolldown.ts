import { type BuildOptions, build, VERSION, watch } from 'rolldown';
import { pluginFor } from '../bench/package.ts';
import { type BuildRequest, type BundlerHost, packageFile } from './host.ts';

async function optionsOf({ root, entries, target, options, minify, sourceMaps, alias }: BuildRequest) {
  const ncnn = await pluginFor('rolldown');
  return {
    cwd: root,
    input: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, `./${file}`])),
    platform: target,
    resolve: { alias: { ...alias } },
    plugins: [ncnn(options)],
    logLevel: 'silent',
    output: { dir: 'dist', entryFileNames: '[name].js', sourcemap: sourceMaps, minify },
  } satisfies BuildOptions;
}

export const rolldownHost: BundlerHost = {
  title: 'Rolldown',
  version: VERSION,
  script: 'module',
  findsWorkers: false,
  keepsCache: false,
  build: async (request) => {
    await build(await optionsOf(request));
  },
  watch: async (request) => {
    const watcher = watch(await optionsOf(request));
    watcher.on('event', (event) => {
      if ('result' in event) void event.result?.close();
    });
    return async () => await watcher.close();
  },
  commonJs: {
    files: {
      'rolldown.config.cjs': `const ncnn = require('unplugin-ncnn/rolldown');
module.exports = { input: 'main.js', platform: 'node', plugins: [ncnn()], output: { dir: 'dist' } };`,
    },
    run: [packageFile('rolldown', 'bin/cli.mjs'), '-c', 'rolldown.config.cjs'],
  },
  limits: {
    "the bundler's persistent cache": {
      reason: 'Rolldown caches nothing between builds',
      link: 'https://github.com/rolldown/rolldown/issues/6995',
    },
  },
};
