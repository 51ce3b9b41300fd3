import path from 'node:path';
import { stringLiteral } from '../../emit/javascript.ts';
import { assetName, type Host } from './host.ts';

/** webpack and Rspack, also below Rsbuild. */
export function webpackHost(): Host {
  return {
    root: () => process.cwd(),
    isBuild: () => true,
    resolver: resolveByCompiler,
    publish: (context, model) => {
      const native = context.getNativeBuildContext?.();
      const loader = native?.framework === 'webpack' || native?.framework === 'rspack' ? native.loaderContext : undefined;
      // Outside of browsers the public path is no address that could be fetched.
      if (loader === undefined || !String(loader.target).startsWith('web')) return undefined;
      const name = assetName(model);
      // The loader's, and not the compilation's: it is kept with the module when that comes from webpack's own cache.
      loader.emitFile(name, Buffer.from(model.bin.buffer));
      return `__webpack_public_path__ + ${stringLiteral(name)}`;
    },
    embedsOnly: false,
    inlinesIds: false,
    hooks: {},
  };
}

/** Asks the resolver of the compiler, which knows the aliases. */
const resolveByCompiler: Host['resolver'] = (context) => {
  const native = context.getNativeBuildContext?.();
  if (native?.framework !== 'webpack' && native?.framework !== 'rspack') return undefined;
  const { compiler } = native;
  const resolver = compiler.resolverFactory.get('normal', { dependencyType: 'esm' });
  return (specifier, importer) =>
    new Promise((settle) => {
      const folder = importer === undefined ? compiler.context : path.dirname(importer);
      resolver.resolve({}, folder, specifier, {}, (_error: unknown, found: unknown) => {
        settle(typeof found === 'string' ? found.replace(/\?.*$/, '') : undefined);
      });
    });
};
