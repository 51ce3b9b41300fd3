import type { ResolvedConfig } from 'vite';
import { stringLiteral } from '../../emit/javascript.ts';
import { emitBeside } from './filesBeside.ts';
import type { Asset, HookContext, Host, PublishedFile } from './host.ts';

/**
 * How code that Vite builds finds its files. `serve` gives the path of a file on the development server.
 */
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
        // As Vite writes the URLs of all assets: by `base` and `renderBuiltUrl`, also for scripts that end up in a page.
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
      isLibrary() ? "Build the library with `formats: ['es']`, whose code knows where it is, or leave out `url`." : undefined,
  };
}

/** The URL of a path on the server. It is absolute, as a worker made of a blob has no base; Vite rewrites `new URL(…, import.meta.url)`. */
function servedFile(path: string, origin: string): PublishedFile {
  const text = stringLiteral(path);
  return { kind: 'url', expression: origin === '' ? `new URL(import.meta.url).origin + ${text}` : `${stringLiteral(origin)} + ${text}` };
}

/** The formats of a library, with Vite's defaults. */
function formatsOf(config: ResolvedConfig | undefined): readonly string[] {
  const lib = config?.build.lib;
  if (!lib) return [];
  return lib.formats ?? ['es', typeof lib.entry === 'string' || Object.keys(lib.entry ?? {}).length === 1 ? 'umd' : 'cjs'];
}

/** Emits an asset; Vite writes its public URL in place of the text. */
function emitPublic(context: HookContext, { name, extension, bytes }: Asset): string | undefined {
  const reference: unknown = context.emitFile({ type: 'asset', name: `${name}${extension}`, source: bytes });
  return typeof reference === 'string' ? `"__VITE_ASSET__${reference}__"` : undefined;
}

export interface Environment {
  readonly name: string;
  readonly isServer: boolean;
  readonly emitsAssets: boolean;
}

/** What the code being built is for; a Vite older than 6 does not say, and is taken to build for browsers. */
export function environmentOf(context: HookContext): Environment {
  const environment = property(context, 'environment');
  const config = property(environment, 'config');
  return {
    name: String(property(environment, 'name') ?? 'client'),
    isServer: property(config, 'consumer') === 'server',
    emitsAssets: property(property(config, 'build'), 'emitAssets') === true,
  };
}

/** A property that not every release of Vite has; `undefined` if the value is not an object. */
export function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
