import type { Budget } from '../budget/budget.ts';
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
export async function importModel(source: ModelSource, options: ConvertOptions, budget: Budget): Promise<ModelImport> {
  const { name: format, load } = chooseFormat(source);
  const read = await load();
  return { format, imported: read(counted(source, budget), options, budget) };
}

/** A source whose files the limits of the budget are in proportion to, as far as they are read. */
function counted(source: ModelSource, budget: Budget): ModelSource {
  const known = new Set<string>();
  const count = (what: string, bytes: Uint8Array): Uint8Array => {
    if (!known.has(what)) budget.read(bytes.length);
    known.add(what);
    return bytes;
  };
  budget.read(source.bytes.length);
  return {
    ...source,
    side: (name) => count(name, source.side(name)),
    sideFile: (name) => {
      const { size, part } = source.sideFile(name);
      return { size, part: (offset, length) => count(`${offset}+${length} of ${name}`, part(offset, length)) };
    },
  };
}
