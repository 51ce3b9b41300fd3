import type { Budget } from '../budget/budget.ts';
import { chooseFormat } from '../importers/formats.ts';
import type { Imported } from '../importers/importer.ts';
import { contentsOf, type ModelSource } from '../importers/source.ts';
import type { ConvertOptions } from '../options/convertOptions.ts';

export interface ModelImport {
  /** Name of the format, such as `onnx`. */
  readonly format: string;
  readonly imported: Imported;
}

/** Reads a model with the importer of its format, which is the only one loaded. Throws `NcnnError`. */
export async function importModel(source: ModelSource, options: ConvertOptions, budget: Budget): Promise<ModelImport> {
  const { name: format, load } = chooseFormat(source);
  const read = await load();
  return { format, imported: read(counted(source, budget), options, budget) };
}

/** A source that adds the size of each file to the budget when it is read, because the limits are proportional to it. */
function counted(source: ModelSource, budget: Budget): ModelSource {
  const known = new Set<string>();
  const count = <T extends { readonly byteLength: number }>(what: string, bytes: T): T => {
    if (!known.has(what)) budget.read(bytes.byteLength);
    known.add(what);
    return bytes;
  };
  const { file, name, large, partners, siblings } = source;
  budget.read(contentsOf(source).size);
  return {
    file,
    name,
    // Asking for a large file does not read it.
    get bytes() {
      return source.bytes;
    },
    ...(large === undefined ? {} : { large }),
    partners,
    siblings,
    side: (side) => count(side, source.side(side)),
    sideFile: (side) => {
      const { size, part, stored } = source.sideFile(side);
      const what = (offset: number, length: number): string => `${offset}+${length} of ${side}`;
      return {
        size,
        part: (offset, length) => count(what(offset, length), part(offset, length)),
        stored: (offset, length) => count(what(offset, length), stored(offset, length)),
      };
    },
  };
}
