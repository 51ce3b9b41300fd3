import { Budget } from '../../budget/budget.ts';
import { ncnnError } from '../../diagnostics/diagnostic.ts';
import type { ConvertOptions } from '../../options/convertOptions.ts';
import type { Imported } from '../importer.ts';
import { refuseForeign } from '../recognize.ts';
import { contentsOf, type ModelSource } from '../source.ts';
import { openArchive } from './archive/archive.ts';
import { isZip } from './archive/zip.ts';
import { importExported } from './exported/importExported.ts';
import { isExportedPackage } from './exported/package.ts';
import { importGraphless } from './graphless/importGraphless.ts';
import { isScriptArchive } from './script/files.ts';
import { importScript } from './script/importScript.ts';

/**
 * Imports files of PyTorch, distinguished by their contents: programs of torch.export, TorchScript, and weights, for which the diagnostic
 * says how to export the model. Throws `NcnnError`.
 */
export function importTorch(
  source: ModelSource,
  options: ConvertOptions = {},
  budget: Budget = new Budget(options, contentsOf(source).size),
): Imported {
  const { file } = source;
  const contents = contentsOf(source);
  const archive = isZip(contents) ? openArchive(contents, { file, budget }) : undefined;
  if (archive !== undefined && isExportedPackage(archive)) return importExported(archive, options);
  if (archive !== undefined && isScriptArchive(archive)) return importScript(archive, options);
  const weights = importGraphless(source, archive, budget);
  if (weights !== undefined) return weights;
  refuseForeign(source, 'a PyTorch model', archive === undefined ? [] : ['zip']);
  const hint = 'Save a program of torch.export with torch.export.save, or a TorchScript module with torch.jit.save.';
  throw ncnnError('format-unsupported', 'the archive contains no PyTorch model', hint, { file });
}
