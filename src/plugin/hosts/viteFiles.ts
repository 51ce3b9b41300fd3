import type { ResolvedConfig } from 'vite';
import { stringLiteral } from '../../emit/javascript.ts';
import { emitBeside } from './filesBeside.ts';
import type { Asset, HookContext, Host, PublishedFile } from './host.ts';

/** Creates the function that tells code built by Vite where its files are. `serve` returns the path of a file on the development server. */
export function createPublisher(
  configOf: () => ResolvedConfig | undefined,
  serve: (asset: Asset, id: string) => string,
): Required<Pick<Host, 'publish' | 'publicUrl' | 'urlHint'>> {
  const isBuild = (): boolean => configOf()?.command !== 'serve';
  const originOf = (): string => configOf()?.server.origin ?? '';
  const isLibrary = (): boolean => isBuild() && configOf()?.build.lib !== false && configOf()?.build.lib !== undefined;
  return {
    publish: (context, asset, id) => {
      const { isServer } = environmentOf(context);
      if (!isBuild()) return isServer ? undefined : servedFile(serve(asset, id), originOf());
      if (!isServer && !isLibrary()) {
        // Like the URLs of all Vite assets: by `base` and `renderBuiltUrl`, also for scripts that are inlined into a page.
        const expression = emitPublic(context, asset);
        return expression === undefined ? undefined : { kind: 'url', expression };
      }
      const knowsItself = isServer || formatsOf(configOf()).every((format) => format === 'es');
      return asset.isFile === true && knowsItself ? emitBeside(context, asset) : undefined;
    },
    publicUrl: (context, asset, id) => {
      const { isServer, emitsAssets } = environmentOf(context);
      if (!isServer) return undefined;
      if (!isBuild()) return stringLiteral(originOf() + serve(asset, id));
      return emitsAssets ? emitPublic(context, asset) : undefined;
    },
    urlHint: () =>
      isLibrary() ? "Build the library with `formats: ['es']`, which resolves URLs relative to its code, or leave out `url`." : undefined,
  };
}

/**
 * The URL of a path on the server. It is absolute, because a worker created from a blob has no base URL and Vite rewrites `new URL(…,
 * import.meta.url)`.
 */
function servedFile(path: string, origin: string): PublishedFile {
  const text = stringLiteral(path);
  return { kind: 'url', expression: origin === '' ? `new URL(import.meta.url).origin + ${text}` : `${stringLiteral(origin)} + ${text}` };
}

/** The output formats of a library, with Vite's defaults. */
function formatsOf(config: ResolvedConfig | undefined): readonly string[] {
  const lib = config?.build.lib;
  if (!lib) return [];
  return lib.formats ?? ['es', typeof lib.entry === 'string' || Object.keys(lib.entry ?? {}).length === 1 ? 'umd' : 'cjs'];
}

/** Emits an asset; Vite replaces the returned text by its public URL. */
function emitPublic(context: HookContext, { name, extension, bytes }: Asset): string | undefined {
  const reference: unknown = context.emitFile({ type: 'asset', name: `${name}${extension}`, source: bytes });
  return typeof reference === 'string' ? `"__VITE_ASSET__${reference}__"` : undefined;
}

export interface Environment {
  readonly name: string;
  readonly isServer: boolean;
  readonly emitsAssets: boolean;
}

/** The environment of the current build. Vite before version 6 does not provide it, and browsers are assumed. */
export function environmentOf(context: HookContext): Environment {
  const environment = property(context, 'environment');
  const config = property(environment, 'config');
  return {
    name: String(property(environment, 'name') ?? 'client'),
    isServer: property(config, 'consumer') === 'server',
    emitsAssets: property(property(config, 'build'), 'emitAssets') === true,
  };
}

/** A property that some releases of Vite lack; `undefined` if the value is not an object. */
export function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
