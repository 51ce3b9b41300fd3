import type { LoadHook, ResolveHook } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { conversionErrors } from '../diagnostics/conversionErrors.ts';
import { emitModule } from '../emit/module.ts';
import { describeDiagnostics } from '../plugin/bundlerError.ts';
import { modelImport, splitId } from '../project/imports/query.ts';
import { resolveModel } from '../project/imports/resolveModel.ts';
import { createModelLoader, type LoadModel } from '../project/models.ts';
import { checkOptions } from '../project/options/checkOptions.ts';
import { findSettingsFile, readSettingsFile } from '../project/options/settingsFile.ts';

/** The model loader of the process, with the options of `ncnn.config.js` in the working directory. */
let loader: Promise<LoadModel> | undefined;

/** Resolves imports of models, including those of files that a package does not export. */
export const resolve: ResolveHook = async (specifier, context, next) => {
  if (!modelImport.test(specifier)) return await next(specifier, context);
  const local = specifier.startsWith('file:') ? pathOf(specifier) : specifier;
  const importer = context.parentURL?.startsWith('file:') ? fileURLToPath(context.parentURL) : undefined;
  const id = await resolveModel(local, importer, process.cwd(), undefined);
  if (id === undefined) return await next(specifier, context);
  const { file, query } = splitId(id);
  return { url: `${pathToFileURL(file).href}?${query.replaceAll('#', '%23')}`, format: 'module', shortCircuit: true };
};

/** Converts models, and returns a module with the weights embedded. */
export const load: LoadHook = async (url, context, next) => {
  if (!url.startsWith('file:') || !modelImport.test(url)) return await next(url, context);
  const id = pathOf(url);
  try {
    loader ??= createLoader();
    const { model } = await (await loader)(id);
    const { description, paramBin, bin } = model;
    const source = emitModule({ description, paramBin, weights: { kind: 'inline', bytes: bin } });
    return { format: 'module', source, shortCircuit: true };
  } catch (error) {
    throw new Error(describeDiagnostics(conversionErrors(error, { file: splitId(id).file })), { cause: error });
  }
};

async function createLoader(): Promise<LoadModel> {
  const root = process.cwd();
  const settings = findSettingsFile(root);
  const options = settings === undefined ? {} : await readSettingsFile(settings);
  checkOptions(options);
  return createModelLoader(() => root, options);
}

/** The path of a file URL, followed by the query of the import. */
function pathOf(url: string): string {
  const { file, query } = splitId(url);
  return `${path.normalize(fileURLToPath(file))}?${query}`;
}
