import path from 'node:path';
import type { BuildOptions, Loader } from 'esbuild';
import type { HookContext, Host } from './host.ts';

/** Namespace of the modules that represent files. */
const files = 'ncnn-files';

/**
 * esbuild. Weights and the wasm are modules with esbuild's own `file` loader: it hashes and writes them according to `assetNames`, leaves
 * out unused ones, and returns the path relative to the chunk, or the URL with `publicPath`. A relative path needs a base:
 * `import.meta.url`, or `__filename` in CommonJS for Node. A classic script in a page has no base that also works for code that runs late,
 * so it needs a `publicPath`; without one, the weights are embedded.
 */
export function esbuildHost(): Host {
  const contentsOf = new Map<string, Uint8Array>();
  let options: BuildOptions = {};

  return {
    root: () => options.absWorkingDir ?? process.cwd(),
    isBuild: () => true,
    seesAll: () => true,
    resolver: resolveByBuild,
    publish: (_context, { name, extension, hash, bytes }) => {
      const base = baseOf(options);
      if (base === undefined) return undefined;
      const place = `${hash}/${name.replace(/[^\w.-]/g, '_')}${extension}`;
      contentsOf.set(place, bytes);
      return { kind: 'url', imports: [`import binFile from "${files}:${place}";`], expression: base };
    },
    log: (message) => {
      // esbuild has no logger for plugins, but it has a log level; its JavaScript API logs only warnings by default.
      if (/^(verbose|debug|info)$/.test(options.logLevel ?? 'warning')) process.stderr.write(`${message}\n`);
    },
    urlHint: () =>
      hasOutput(options)
        ? "Build with `format: 'esm'`, or set `publicPath` to the URL of the output."
        : 'Set `outdir` or `outfile` to write the output to a folder.',
    hooks: {
      esbuild: {
        // Whatever the extension of the model's file, its module is JavaScript.
        loader: 'js',
        config: (initialOptions) => {
          options = initialOptions;
        },
        setup: (build) => {
          build.onResolve({ filter: new RegExp(`^${files}:`) }, ({ path: name }) => ({
            path: name.slice(files.length + 1),
            namespace: files,
            sideEffects: false,
          }));
          build.onLoad({ filter: /^/, namespace: files }, ({ path: name }) => {
            const contents = contentsOf.get(name);
            return contents === undefined ? undefined : { contents, loader: 'file' };
          });
        },
      },
    },
    importerHooks: {
      esbuild: { loader: (_code, file) => loaderOf(file, options) },
    },
  };
}

/** The expression for the URL of `binFile`, which esbuild provides as a path or URL; `undefined` if it could not be resolved. */
function baseOf(options: BuildOptions): string | undefined {
  if (!hasOutput(options)) return undefined;
  const { platform = 'browser', publicPath } = options;
  const format = options.format ?? (platform === 'node' ? 'cjs' : platform === 'browser' ? 'iife' : 'esm');
  if (format === 'esm') return 'new URL(binFile, import.meta.url).href';
  if (publicPath !== undefined && publicPath !== '') return 'binFile';
  if (format !== 'cjs' || platform !== 'node') return undefined;
  return 'new URL(binFile, process.getBuiltinModule("node:url").pathToFileURL(__filename)).href';
}

function hasOutput({ outdir, outfile }: BuildOptions): boolean {
  return outdir !== undefined || outfile !== undefined;
}

/** How esbuild would load a file, including the user's loaders for its extension. */
function loaderOf(file: string, { loader = {} }: BuildOptions): Loader {
  const ending = path.extname(file);
  const known: Readonly<Record<string, Loader>> = { '.ts': 'ts', '.mts': 'ts', '.cts': 'ts', '.tsx': 'tsx', '.jsx': 'jsx' };
  return loader[ending] ?? known[ending] ?? 'js';
}

/** Uses esbuild, which knows `alias` and the paths of a tsconfig. */
const resolveByBuild: Host['resolver'] = (context: HookContext) => {
  const native = context.getNativeBuildContext?.();
  if (native?.framework !== 'esbuild') return undefined;
  return async (specifier, importer) => {
    const resolveDir = importer === undefined ? process.cwd() : path.dirname(importer);
    const found = await native.build.resolve(specifier, {
      resolveDir,
      kind: 'import-statement',
      ...(importer === undefined ? {} : { importer }),
    });
    return found.errors.length > 0 || found.external ? undefined : found.path;
  };
};
