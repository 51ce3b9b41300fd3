import path from 'node:path';
import { type RollupOptions, rollup, VERSION, watch } from 'rollup';
import { pluginFor } from '../bench/package.ts';
import { aliasPlugin, minifyPlugin, typeScriptPlugin } from './companions.ts';
import { type BuildRequest, type BundlerHost, packageFile } from './host.ts';

async function optionsOf({ root, entries, options, minify, sourceMaps, alias }: BuildRequest) {
  const ncnn = await pluginFor('rollup');
  return {
    input: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, path.join(root, file)])),
    plugins: [aliasPlugin(alias), typeScriptPlugin(), ncnn(options), ...(minify ? [minifyPlugin()] : [])],
    output: { dir: path.join(root, 'dist'), entryFileNames: '[name].js', sourcemap: sourceMaps },
    onLog: () => {},
  } satisfies RollupOptions;
}

export const rollupHost: BundlerHost = {
  title: 'Rollup',
  version: VERSION,
  script: 'module',
  findsWorkers: false,
  keepsCache: false,
  build: async (request) => {
    const options = await optionsOf(request);
    const bundle = await rollup(options);
    await bundle.write(options.output);
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
      'rollup.config.cjs': `const ncnn = require('unplugin-ncnn/rollup');
module.exports = { input: 'main.js', plugins: [ncnn()], output: { dir: 'dist' } };`,
    },
    run: [packageFile('rollup', 'dist/bin/rollup'), '-c', 'rollup.config.cjs', '--silent'],
  },
  limits: {
    "the bundler's persistent cache": {
      reason: 'The cache of Rollup is an object that exists only as long as the process',
      link: 'https://rollupjs.org/configuration-options/#cache',
    },
  },
};
