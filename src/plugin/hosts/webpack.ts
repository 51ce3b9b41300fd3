import path from 'node:path';
import type { Compilation as RspackCompilation, Compiler as RspackCompiler } from '@rspack/core';
import type { UnpluginContextMeta } from 'unplugin';
import type { Compilation as WebpackCompilation, Compiler as WebpackCompiler } from 'webpack';
import { ncnnError } from '../../diagnostics/diagnostic.ts';
import { stringLiteral } from '../../emit/javascript.ts';
import { type Asset, assetName, type HookContext, type Host } from './host.ts';

/** webpack and Rspack, including Rspack in Rsbuild. */
export function webpackHost(meta: UnpluginContextMeta): Host {
  /** Rsbuild creates its compiler after the plugin; until then there is nothing to ask. */
  const compilerOf = (): WebpackCompiler | RspackCompiler | undefined => {
    if (meta.framework === 'webpack') return meta.webpack.compiler;
    return meta.framework === 'rspack' ? meta.rspack.compiler : undefined;
  };
  const root = (): string => rsbuildRoot ?? compilerOf()?.context ?? process.cwd();
  let rsbuildRoot: string | undefined;
  let rsbuildLog: ((message: string) => void) | undefined;
  /** Module ids by the name of their file. */
  const owners = new Map<string, string>();

  /** Places the file according to the user's settings, or by default under a readable name like those of other assets. */
  const placeOf = (compilation: Compilation | undefined, asset: Asset, id: string): AssetPlace => {
    const settings = generatorSettings(compilation?.compiler.options.module.generator);
    const place = compilation === undefined ? undefined : placedBy(compilation, asset, settings);
    if (place === undefined) return { name: assetName(asset), folder: settings.folder ?? '', publicPath: settings.publicPath };
    const owner = owners.get(place.name) ?? id;
    owners.set(place.name, owner);
    // Without a hash, two models, or one model with two queries, may have the same file name.
    return owner === id ? place : { ...place, name: place.name.replace(/(\.[^./]*)?$/, `-${asset.hash}$1`) };
  };

  return {
    root,
    checkPath: () => checkFolder(root(), meta.framework),
    isBuild: () => true,
    // Modules may come from the compiler's own cache.
    seesAll: () => false,
    importerPath: unescapePath,
    specifierOf: unescapePath,
    resolver: resolveByCompiler,
    publish: (context, asset, id) => {
      const native = nativeOf(context);
      // Outside of browsers, the public path is not a URL that can be fetched.
      if (native?.loaderContext === undefined || isServer(native.compiler)) return undefined;
      const { name, folder, publicPath } = placeOf(native.compilation, asset, id);
      // Emitted by the loader, not the compilation, so that it is stored with the module in the bundler's own cache.
      native.loaderContext.emitFile(path.posix.join(folder, name), Buffer.from(asset.bytes.buffer));
      const expression =
        publicPath === undefined ? `__webpack_public_path__ + ${stringLiteral(name)}` : stringLiteral(`${publicPath}${name}`);
      return { kind: 'url', expression };
    },
    log: (message) => {
      if (rsbuildLog === undefined) compilerOf()?.getInfrastructureLogger('unplugin-ncnn').info(message);
      else rsbuildLog(message);
    },
    hooks: {
      rsbuild: {
        setup: (api) => {
          rsbuildRoot = api.context.rootPath;
          rsbuildLog = (message) => api.logger.info(message);
        },
      },
    },
  };
}

type Compilation = WebpackCompilation | RspackCompilation;

/** Where a file is written and how code finds it. */
interface AssetPlace {
  readonly name: string;
  /** Prefix of the name in the output folder, but not in the URL. */
  readonly folder: string;
  /** Replaces the public path of the output. */
  readonly publicPath: string | undefined;
}

/** Settings of `module.generator` for assets: `filename`, `outputPath` and `publicPath`. */
interface GeneratorSettings {
  readonly template?: unknown;
  readonly folder?: string | undefined;
  readonly publicPath?: string | undefined;
}

/**
 * Settings for files take precedence over those for all assets. Functions for folders and URLs require an asset module, which this is not.
 */
function generatorSettings(generators: unknown): GeneratorSettings {
  const settings = { ...fieldOf(generators, 'asset'), ...fieldOf(generators, 'asset/resource') };
  const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return { template: settings.filename, folder: textOf(settings.outputPath), publicPath: textOf(settings.publicPath) };
}

function fieldOf(value: unknown, name: string): Readonly<Record<string, unknown>> {
  const field: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return typeof field === 'object' && field !== null ? Object.fromEntries(Object.entries(field)) : {};
}

/** The place of a file by the user's templates; `undefined` for webpack's default name, which drops the name of the model. */
function placedBy(
  compilation: Compilation,
  { name, extension, hash, file }: Asset,
  { template: own, folder = '', publicPath }: GeneratorSettings,
): AssetPlace | undefined {
  const template: unknown = own ?? compilation.outputOptions.assetModuleFilename;
  // Like webpack's own assets: nothing is written outside of the output folder.
  const source = path.relative(compilation.compiler.context, path.dirname(file)).replace(/(^|[\\/])\.\.(?=[\\/]|$)/g, '$1_');
  const data = { filename: path.posix.join(source.replaceAll('\\', '/'), `${name}${extension}`), contentHash: hash, hash };
  const text: unknown = typeof template === 'function' ? template(data) : template;
  if (typeof text !== 'string' || text.startsWith('[hash][ext]')) return undefined;
  // Done here, because only the compilation knows the hashes of modules and chunks.
  const fill = (pattern: string): string =>
    compilation.getAssetPath(
      pattern.replace(/\[(?:content|full|module|chunk)?hash(?::[a-z]\w*)*(?::(\d+))?\]/g, (_, length?: string) =>
        hash.slice(0, length === undefined ? hash.length : Number(length)),
      ),
      data,
    );
  return {
    name: fill(text).replace(/^\/+/, ''),
    folder: fill(folder),
    publicPath: publicPath === undefined ? undefined : fill(publicPath),
  };
}

/** Next builds its server code for edge runtimes with a browser target. */
function isServer({ platform, name }: WebpackCompiler | RspackCompiler): boolean {
  return platform.web !== true || name === 'server' || name === 'edge-server';
}

function nativeOf(context: HookContext) {
  const native = context.getNativeBuildContext?.();
  return native?.framework === 'webpack' || native?.framework === 'rspack' ? native : undefined;
}

/** unplugin creates module paths below the project folder without escaping them. */
function checkFolder(folder: string, bundler: string): void {
  const mark = /[#?]/.exec(folder)?.[0];
  if (mark === undefined) return;
  const message = `the folder of the project has a \`${mark}\` in its path, so ${bundler} cannot load modules of plugins`;
  throw ncnnError('file-unreadable', message, 'Rename the folder.', { file: folder });
}

/** webpack escapes the `#` of a path by a null character, Rspack by a zero-width space. */
function unescapePath(file: string): string {
  return file.replace(/[\0\u200B](?=#)/g, '');
}

/** Uses the resolver of the compiler, which knows the aliases. */
const resolveByCompiler: Host['resolver'] = (context) => {
  const compiler = nativeOf(context)?.compiler;
  if (compiler === undefined) return undefined;
  const resolver = compiler.resolverFactory.get('normal', { dependencyType: 'esm' });
  return (specifier, importer) =>
    new Promise((settle) => {
      const folder = importer === undefined ? compiler.context : path.dirname(importer);
      // In a request, `#` starts a fragment unless a null character escapes it.
      resolver.resolve({ issuer: importer }, folder, specifier.replaceAll('#', '\0#'), {}, (_error: unknown, found: unknown) => {
        settle(typeof found === 'string' ? unescapePath(found) : undefined);
      });
    });
};
