import { chooseFormat } from '../importers/formats.ts';
import type { Imported } from '../importers/importer.ts';
import type { ModelSource } from '../importers/source.ts';
import type { ConvertOptions } from '../options/convertOptions.ts';

export interface ModelImport {
  /** Name of the format, `onnx`. */
  readonly format: string;
  readonly imported: Imported;
}

/** Reads a model with the importer of its format, the only one that is loaded. Throws `NcnnError`. */
export async function importModel(source: ModelSource, options: ConvertOptions): Promise<ModelImport> {
  const { name: format, load } = chooseFormat(source);
  const read = await load();
  return { format, imported: read(source, options) };
}
