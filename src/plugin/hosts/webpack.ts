import path from 'node:path';
import type { Compiler as RspackCompiler } from '@rspack/core';
import type { UnpluginContextMeta } from 'unplugin';
import type { Compiler as WebpackCompiler } from 'webpack';
import { stringLiteral } from '../../emit/javascript.ts';
import { assetName, type HookContext, type Host } from './host.ts';

/** webpack and Rspack, also below Rsbuild. */
export function webpackHost(meta: UnpluginContextMeta): Host {
  /** Rsbuild makes its compiler later than the plugin; before there is one, nothing is asked. */
  const compilerOf = (): WebpackCompiler | RspackCompiler | undefined => {
    if (meta.framework === 'webpack') return meta.webpack.compiler;
    return meta.framework === 'rspack' ? meta.rspack.compiler : undefined;
  };
  let rsbuildRoot: string | undefined;
  return {
    root: () => rsbuildRoot ?? compilerOf()?.context ?? process.cwd(),
    isBuild: () => true,
    // Modules may come from the compiler's own cache.
    seesAll: () => false,
    resolver: resolveByCompiler,
    publish: (context, model) => {
      const native = nativeOf(context);
      // Outside of browsers the public path is no address that could be fetched.
      if (native?.loaderContext === undefined || native.compiler.platform.web !== true) return undefined;
      const name = assetName(model);
      // The loader's, and not the compilation's: it is kept with the module when that comes from the bundler's own cache.
      native.loaderContext.emitFile(name, Buffer.from(model.bin.buffer));
      return { kind: 'url', expression: `__webpack_public_path__ + ${stringLiteral(name)}` };
    },
    hooks: {
      rsbuild: {
        setup: (api) => {
          rsbuildRoot = api.context.rootPath;
        },
      },
    },
  };
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
