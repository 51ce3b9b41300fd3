/** webpack and Rspack: two packages with one API. */
import path from 'node:path';
import { type BuildRequest, type BundlerHost, markCommonJs, versionOf } from './host.ts';

/** The part of the compiler's API that builds use. */
export interface Compiler {
  readonly run: (done: (error: Error | null, stats?: Stats) => void) => void;
  readonly close: (done: (error?: Error | null) => void) => void;
  readonly watch: (
    options: { readonly aggregateTimeout: number },
    done: () => void,
  ) => { readonly close: (done: () => void) => void } | undefined;
}

interface Stats {
  readonly hasErrors: () => boolean;
  readonly toString: (options: { readonly all: false; readonly errors: true }) => string;
}

/** The configuration that both share. */
interface CommonConfiguration {
  readonly context: string;
  readonly mode: 'production';
  readonly target: 'node20' | ['web', 'es2022'];
  readonly entry: Record<string, string>;
  readonly devtool: 'source-map' | false;
  readonly output: { readonly path: string; readonly filename: string; readonly publicPath?: string };
  readonly optimization: { readonly minimize: boolean };
  readonly resolve: { readonly alias: Record<string, string> };
}

export function configOf({ root, entries, target, minify, sourceMaps, publicPath, alias }: BuildRequest): CommonConfiguration {
  markCommonJs(root);
  return {
    context: root,
    mode: 'production',
    target: target === 'node' ? 'node20' : ['web', 'es2022'],
    entry: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, `./${file}`])),
    devtool: sourceMaps ? 'source-map' : false,
    output: { path: path.join(root, 'dist'), filename: '[name].js', ...(publicPath === undefined ? {} : { publicPath }) },
    optimization: { minimize: minify },
    resolve: { alias: { ...alias } },
  };
}

/**
 * @param entry the entry of this package.
 * @param packageName the bundler, whose CommonJS export, or its member named `factory`, creates compilers.
 */
export function compilerHost(
  title: string,
  entry: 'webpack' | 'rspack',
  packageName: string,
  factory: '' | '.rspack',
  compilerOf: (request: BuildRequest) => Promise<Compiler>,
): BundlerHost {
  return {
    title,
    version: versionOf(packageName),
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
        'bundler.config.cjs': `const ncnn = require('unplugin-ncnn/${entry}');
module.exports = { mode: 'production', target: 'node', entry: './main.js', plugins: [ncnn()] };`,
        'build.cjs': `require('${packageName}')${factory}(require('./bundler.config.cjs')).run((error, stats) => {
  if (error || stats.hasErrors()) throw error ?? new Error(stats.toString());
});`,
        'dist/package.json': '{ "type": "commonjs" }',
      },
      run: ['build.cjs'],
    },
    limits: {},
  };
}
