import path from 'node:path';
import type { Compilation as RspackCompilation, Compiler as RspackCompiler } from '@rspack/core';
import type { UnpluginContextMeta } from 'unplugin';
import type { Compilation as WebpackCompilation, Compiler as WebpackCompiler } from 'webpack';
import { stringLiteral } from '../../emit/javascript.ts';
import { type Asset, assetName, type HookContext, type Host } from './host.ts';

/** webpack and Rspack, also below Rsbuild. */
export function webpackHost(meta: UnpluginContextMeta): Host {
  /** Rsbuild makes its compiler later than the plugin; before there is one, nothing is asked. */
  const compilerOf = (): WebpackCompiler | RspackCompiler | undefined => {
    if (meta.framework === 'webpack') return meta.webpack.compiler;
    return meta.framework === 'rspack' ? meta.rspack.compiler : undefined;
  };
  let rsbuildRoot: string | undefined;
  let rsbuildLog: ((message: string) => void) | undefined;
  /** Ids of modules by the names of their files. */
  const owners = new Map<string, string>();

  /** Names the file as the user's `assetModuleFilename` says, and where there is none as readably as others do. */
  const nameOf = (compilation: WebpackCompilation | RspackCompilation | undefined, asset: Asset, id: string): string => {
    const name = compilation === undefined ? undefined : namedBy(compilation, asset);
    if (name === undefined) return assetName(asset);
    const owner = owners.get(name) ?? id;
    owners.set(name, owner);
    // Without a hash in it, a name may be that of two models, or of one with two queries.
    return owner === id ? name : name.replace(/(\.[^./]*)?$/, `-${asset.hash}$1`);
  };

  return {
    root: () => rsbuildRoot ?? compilerOf()?.context ?? process.cwd(),
    isBuild: () => true,
    // Modules may come from the compiler's own cache.
    seesAll: () => false,
    resolver: resolveByCompiler,
    publish: (context, asset, id) => {
      const native = nativeOf(context);
      // Outside of browsers the public path is no address that could be fetched.
      if (native?.loaderContext === undefined || native.compiler.platform.web !== true) return undefined;
      const name = nameOf(native.compilation, asset, id);
      // The loader's, and not the compilation's: it is kept with the module when that comes from the bundler's own cache.
      native.loaderContext.emitFile(name, Buffer.from(asset.bytes.buffer));
      return { kind: 'url', expression: `__webpack_public_path__ + ${stringLiteral(name)}` };
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

/** What a template makes of a file; `undefined` where it is webpack's own, which drops the name. */
function namedBy(compilation: WebpackCompilation | RspackCompilation, { name, extension, hash, file }: Asset): string | undefined {
  const template: unknown = compilation.outputOptions.assetModuleFilename;
  // As webpack has it for its own: nothing is written beside the output.
  const folder = path.relative(compilation.compiler.context, path.dirname(file)).replace(/(^|[\\/])\.\.(?=[\\/]|$)/g, '$1_');
  const data = { filename: path.posix.join(folder.replaceAll('\\', '/'), `${name}${extension}`), contentHash: hash, hash };
  const text: unknown = typeof template === 'function' ? template(data) : template;
  if (typeof text !== 'string' || text.startsWith('[hash][ext]')) return undefined;
  // Filled in here, as the compilation knows the hashes of modules and chunks alone.
  const filled = text.replace(/\[(?:content|full|module|chunk)?hash(?::[a-z]\w*)*(?::(\d+))?\]/g, (_, length?: string) =>
    hash.slice(0, length === undefined ? hash.length : Number(length)),
  );
  return compilation.getAssetPath(filled, data).replace(/^\/+/, '');
}

function nativeOf(context: HookContext) {
  const native = context.getNativeBuildContext?.();
  return native?.framework === 'webpack' || native?.framework === 'rspack' ? native : undefined;
}

/** Asks the resolver of the compiler, which knows the aliases. */
const resolveByCompiler: Host['resolver'] = (context) => {
  const compiler = nativeOf(context)?.compiler;
  if (compiler === undefined) return undefined;
  const resolver = compiler.resolverFactory.get('normal', { dependencyType: 'esm' });
  return (specifier, importer) =>
    new Promise((settle) => {
      const folder = importer === undefined ? compiler.context : path.dirname(importer);
      resolver.resolve({}, folder, specifier, {}, (_error: unknown, found: unknown) => {
        settle(typeof found === 'string' ? found.replace(/\?.*$/, '') : undefined);
      });
    });
};
