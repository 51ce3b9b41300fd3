import path from 'node:path';
import picomatch from 'picomatch';
import type { ModelOptions, Options } from './options.ts';

/** The options of one model: top-level options are overridden by matching globs, and both by the query. */
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
  const matching = Object.entries(models).filter(([glob]) => matchesModel(glob, file, root));
  return [...matching.map(([, entry]) => entry), query].reduce(merge, common);
}

/** Whether a key of the option `models` matches the path of a model. */
export function matchesModel(glob: string, file: string, root: string): boolean {
  const isRelative = !glob.startsWith('**') && !path.isAbsolute(glob);
  const subject = isRelative ? path.relative(root, file) : file;
  return picomatch.isMatch(subject.replaceAll('\\', '/'), glob.replace(/^\.\//, ''), { dot: true });
}

function merge(general: ModelOptions, special: ModelOptions): ModelOptions {
  const { inline, url, ...others } = general;
  const isPlaced = special.inline !== undefined || special.url !== undefined;
  return {
    ...others,
    ...(isPlaced ? {} : { ...(inline === undefined ? {} : { inline }), ...(url === undefined ? {} : { url }) }),
    ...special,
    ...(general.shape || special.shape ? { shape: { ...general.shape, ...special.shape } } : {}),
    ...(general.const || special.const ? { const: { ...general.const, ...special.const } } : {}),
  };
}
