import { readFileSync } from 'node:fs';
import path from 'node:path';
import { closest } from '../diagnostics/closest.ts';
import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import { missingFile, undefinedOn } from '../files/errorCodes.ts';
import { bundlerParameters, modelEndings, modelImport, splitId } from '../project/imports/query.ts';

/** Specifiers of models with any query. */
export const modelFile: RegExp = new RegExp(`\\.(?:${modelEndings.join('|')})(?:\\?|$)`, 'i');

/** Imports of models, and those that may be intended as such: a hook filter takes one expression. */
export const modelLikeImport: RegExp = new RegExp(`${modelImport.source}|${modelFile.source}`, 'i');

/** Whether a source imports the model at a path: bundlers may resolve the bare path before they resolve the import. */
function importsModel(importer: string | undefined, file: string): boolean {
  const code = importer === undefined ? undefined : undefinedOn(missingFile, () => readFileSync(splitId(importer).file, 'utf8'));
  for (let at = code?.indexOf(`${file}?`) ?? -1; code !== undefined && at !== -1; at = code.indexOf(`${file}?`, at + 1)) {
    if (modelImport.test(/^[^'"`\s]*/.exec(code.slice(at))?.[0] ?? '')) return true;
  }
  return false;
}

/** Finds imports that resemble those of a model: without a query, or with a misspelled one such as `?nccn`. */
export interface Suspicions {
  /**
   * Records the import of a model: afterwards the same importer may ask the bundler for its path without the query, and aliases change the
   * path.
   */
  readonly expect: (specifier: string, importer: string | undefined) => void;
  /**
   * The diagnostics of any other import, once for each specifier. Imports with a query of another meaning (`?url`, `?raw`) are accepted.
   */
  readonly check: (specifier: string, importer: string | undefined) => readonly Diagnostic[];
}

export function createSuspicions(): Suspicions {
  const reported = new Set<string>();
  const expected = new Set<string>();
  const keyOf = (specifier: string, importer: string | undefined): string => `${importer ?? ''}\0${path.basename(splitId(specifier).file)}`;
  return {
    expect: (specifier, importer) => void expected.add(keyOf(specifier, importer)),
    check: (specifier, importer) => {
      // Vite requests the file of a module itself.
      if (importer !== undefined && modelFile.test(splitId(importer).file)) return [];
      const { file, query } = splitId(specifier);
      const names = query.split(/[&#]/).map((part) => part.replace(/=.*/, ''));
      const others = names.filter((name) => name !== '' && !bundlerParameters.has(name));
      const misspelled = others.find((name) => closest(name.toLowerCase(), ['ncnn']).length > 0);
      if (others.length === 0 && (expected.has(keyOf(specifier, importer)) || importsModel(importer, file))) return [];
      if (reported.has(specifier) || (others.length > 0 && misspelled === undefined)) return [];
      reported.add(specifier);
      const place = importer === undefined ? {} : { file: splitId(importer).file };
      const message =
        misspelled === undefined
          ? `the model "${specifier}" is imported without \`?ncnn\`, so it is not converted`
          : `the query "${misspelled}" of "${specifier}" is unknown, so the model is not converted`;
      const hint = `Write \`${file}?ncnn\`, or \`${file}?url\` for the URL of the file.`;
      return [diagnostic('import-suspicious', message, hint, place)];
    },
  };
}
