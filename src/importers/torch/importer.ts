import { ncnnError } from '../../diagnostics/diagnostic.ts';
import type { ConvertOptions } from '../../options/convertOptions.ts';
import type { Imported } from '../importer.ts';
import { refuseForeign } from '../recognize.ts';
import type { ModelSource } from '../source.ts';
import { openArchive } from './archive/archive.ts';
import { isZip } from './archive/zip.ts';
import { importExported } from './exported/importExported.ts';
import { isExportedPackage } from './exported/package.ts';

/** Files of PyTorch, told apart by their contents: programs of torch.export. */
export function importTorch(source: ModelSource, options: ConvertOptions = {}): Imported {
  const { file, bytes } = source;
  if (isZip(bytes)) {
    const archive = openArchive(bytes, { file, ...(options.maxEntries === undefined ? {} : { maxEntries: options.maxEntries }) });
    if (isExportedPackage(archive)) return importExported(archive, options);
  }
  refuseForeign(source, 'a PyTorch model', ['zip', 'pickle']);
  throw ncnnError(
    'format-unsupported',
    'the file holds no program of torch.export',
    'Export the model: torch.export.save(torch.export.export(model, (example_input,)), "model.pt2").',
    { file },
  );
}
