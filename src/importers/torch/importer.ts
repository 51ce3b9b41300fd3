import { Budget } from '../../budget/budget.ts';
import { ncnnError } from '../../diagnostics/diagnostic.ts';
import type { ConvertOptions } from '../../options/convertOptions.ts';
import type { Imported } from '../importer.ts';
import { refuseForeign } from '../recognize.ts';
import type { ModelSource } from '../source.ts';
import { openArchive } from './archive/archive.ts';
import { isZip } from './archive/zip.ts';
import { importExported } from './exported/importExported.ts';
import { isExportedPackage } from './exported/package.ts';
import { isScriptArchive } from './script/files.ts';
import { importScript } from './script/importScript.ts';

/** Files of PyTorch, told apart by their contents: programs of torch.export, and TorchScript. */
export function importTorch(
  source: ModelSource,
  options: ConvertOptions = {},
  budget: Budget = new Budget(options, source.bytes.length),
): Imported {
  const { file, bytes } = source;
  if (isZip(bytes)) {
    const archive = openArchive(bytes, { file, budget });
    if (isExportedPackage(archive)) return importExported(archive, options);
    if (isScriptArchive(archive)) return importScript(archive, options);
  }
  refuseForeign(source, 'a PyTorch model', ['zip', 'pickle']);
  const hint = 'Export the model: torch.export.save(torch.export.export(model, (example_input,)), "model.pt2").';
  throw ncnnError('format-unsupported', 'the file holds no graph', hint, { file });
}
