import { existsSync } from 'node:fs';
import path from 'node:path';
import picomatch from 'picomatch';
import { closest } from '../../diagnostics/closest.ts';
import { type Diagnostic, diagnostic, NcnnError } from '../../diagnostics/diagnostic.ts';
import { emitters } from '../../emit/index.ts';
import type { VerifySettings } from '../../options/convertOptions.ts';
import type { NativeOptions } from '../../plugin/native.ts';
import type { CachedConvertOptions } from '../conversion/convertCached.ts';

/** What may be said of one model; the names are those of the query parameters, but for `outputs` (`output=…&output=…`). */
export interface ModelOptions extends CachedConvertOptions {
  /** Embeds the weights in the module as base64, however large they are. */
  readonly inline?: boolean;
  /** Emits the weights as a file of their own, however small they are. */
  readonly url?: boolean;
}

/** Options of the plugin. What is said here of models goes for all of them. */
export interface Options extends ModelOptions {
  /**
   * Options by model. A key is a glob that is matched against the path of the model: from the project's root, or from anywhere when
   * it starts with `**`. Where several fit, later ones win; the query of an import wins over all.
   * `shape` and `const` are merged input by input.
   *
   * @example
   * ```ts
   * { models: { '**\/det.onnx': { shape: { x: [1, 3, 320, 320] } } } }
   * ```
   */
  readonly models?: Readonly<Record<string, ModelOptions>>;
  /** Weights of fewer bytes than this are embedded where neither `inline` nor `url` is given; 4096 unless set. */
  readonly inlineLimit?: number;
  /** `false` leaves `BLOB_x`, `LayerId.x` and the like in the code of importers; else a build writes the numbers in their place. */
  readonly inlineIds?: boolean;
  /** Folder for results, so that an unchanged model is not converted again, or `false`; `node_modules/.cache/unplugin-ncnn` unless set. */
  readonly cache?: boolean | string;
  /** File that declares the imported models to TypeScript; `true` is `ncnn.d.ts` in the project's root. Not written unless set. */
  readonly dts?: boolean | string;
  /**
   * Writes files for C and C++ of every model that is imported, so that native code has the same nets and ids. Only what changes is
   * written. Not done unless set.
   *
   * @example
   * ```ts
   * { native: { dir: 'native/models', forms: ['id.h', 'embed', 'cmake'] } }
   * ```
   */
  readonly native?: NativeOptions;
  /**
   * Writes a page to look at for every model that is imported: its graph, its weights, what the optimizer did. Folder for the pages, from
   * the project's root; `true` is `ncnn-report`. Not written unless set.
   */
  readonly report?: boolean | string;
}

// Of every name one example, so that the compiler tells when one is forgotten.
/** Names of the options for a model. */
export const modelOptionNames: Readonly<Record<keyof ModelOptions, true>> = {
  shape: true,
  const: true,
  outputs: true,
  precision: true,
  optimize: true,
  fp32Layers: true,
  customLayers: true,
  prototxt: true,
  caffemodel: true,
  symbol: true,
  params: true,
  allowOutside: true,
  maxEntries: true,
  verify: true,
  inline: true,
  url: true,
};
/** Names of the options of the plugin. */
export const optionNames: Readonly<Record<keyof Options, true>> = {
  ...modelOptionNames,
  models: true,
  inlineLimit: true,
  inlineIds: true,
  cache: true,
  dts: true,
  native: true,
  report: true,
};

/** Refuses options that do not exist, as JavaScript would pass them over. Throws `NcnnError` (`option-invalid`). */
export function checkOptions(options: Options): void {
  const found: Diagnostic[] = [...unknownNames(options, optionNames, 'plugin option'), ...verifyFaults(options, 'verify')];
  for (const [glob, entry] of Object.entries(options.models ?? {})) {
    found.push(...unknownNames(entry, modelOptionNames, `option of models["${glob}"]`));
    found.push(...verifyFaults(entry, `models["${glob}"].verify`));
  }
  if (options.native !== undefined) found.push(...nativeFaults(options.native));
  if (found.length > 0) throw new NcnnError(found);
}

function verifyFaults({ verify }: ModelOptions, name: string): Diagnostic[] {
  const names: Readonly<Record<keyof VerifySettings, true>> = { seed: true, rtol: true, atol: true, against: true };
  return typeof verify === 'object' ? unknownNames(verify, names, `option of ${name}`) : [];
}

function nativeFaults(native: NativeOptions): Diagnostic[] {
  const names: Readonly<Record<keyof NativeOptions, true>> = { dir: true, forms: true };
  const found = unknownNames(native, names, 'option of native');
  if (typeof native.dir !== 'string' || !Array.isArray(native.forms)) {
    found.push(
      diagnostic('option-invalid', '`native` lacks its folder or its forms', "Write `native: { dir: 'native', forms: ['id.h'] }`."),
    );
    return found;
  }
  const known = Object.fromEntries([...emitters.keys()].map((name) => [name, true]));
  const given = Object.fromEntries(native.forms.map((form) => [form, true]));
  return [...found, ...unknownNames(given, known, 'form of native')];
}

function unknownNames(given: object, known: object, kind: string): Diagnostic[] {
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(known, name));
  return unknown.map((name) => {
    const [suggestion] = closest(name, Object.keys(known));
    const hint = suggestion === undefined ? `There are ${Object.keys(known).join(', ')}.` : `Did you mean \`${suggestion}\`?`;
    return diagnostic('option-invalid', `there is no ${kind} "${name}"`, hint);
  });
}

/** The options for one model: those for all, then those of the globs that fit, then the query's. */
export function optionsFor(file: string, root: string, options: Options, query: ModelOptions): ModelOptions {
  const {
    models = {},
    inlineLimit: _limit,
    inlineIds: _ids,
    cache: _cache,
    dts: _dts,
    native: _native,
    report: _report,
    ...common
  } = options;
  const fitting = Object.entries(models).filter(([glob]) => matches(glob, file, root));
  return [...fitting.map(([, entry]) => entry), query].reduce(merge, common);
}

function matches(glob: string, file: string, root: string): boolean {
  const fromRoot = !glob.startsWith('**') && !path.isAbsolute(glob);
  const subject = fromRoot ? path.relative(root, file) : file;
  return picomatch.isMatch(subject.replaceAll('\\', '/'), glob.replace(/^\.\//, ''), { dot: true });
}

function merge(general: ModelOptions, special: ModelOptions): ModelOptions {
  const { inline, url, ...rest } = general;
  const placed = special.inline !== undefined || special.url !== undefined;
  return {
    ...rest,
    ...(placed ? {} : { ...(inline === undefined ? {} : { inline }), ...(url === undefined ? {} : { url }) }),
    ...special,
    ...(general.shape || special.shape ? { shape: { ...general.shape, ...special.shape } } : {}),
    ...(general.const || special.const ? { const: { ...general.const, ...special.const } } : {}),
  };
}

/** Folder of the cache: as set, or below the `node_modules` of the package the root belongs to. */
export function cacheFolder(root: string, cache: Options['cache']): string | undefined {
  if (cache === false) return undefined;
  if (typeof cache === 'string') return path.resolve(root, cache);
  let folder = root;
  while (!existsSync(path.join(folder, 'package.json'))) {
    const parent = path.dirname(folder);
    if (parent === folder) return path.join(root, 'node_modules/.cache/unplugin-ncnn');
    folder = parent;
  }
  return path.join(folder, 'node_modules/.cache/unplugin-ncnn');
}

/** Folder for the reports, if any. */
export function reportFolder(root: string, report: Options['report']): string | undefined {
  if (report === undefined || report === false) return undefined;
  return path.resolve(root, report === true ? 'ncnn-report' : report);
}

export const defaultDeclarationFile = 'ncnn.d.ts';

/** File for the type declarations, if any. */
export function declarationFile(root: string, dts: Options['dts']): string | undefined {
  if (dts === undefined || dts === false) return undefined;
  return path.resolve(root, dts === true ? defaultDeclarationFile : dts);
}
