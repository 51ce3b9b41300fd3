import { ncnnError } from '../../../diagnostics/diagnostic.ts';
import type { TorchArchive } from '../archive/archive.ts';
import { parsePythonJson } from '../archive/json.ts';
import { readPickle } from '../archive/pickle.ts';
import { namedEntries } from '../archive/pickleValue.ts';
import { scalarTypeOfExport } from '../archive/scalarType.ts';
import { StoredTensor } from '../archive/storedTensor.ts';
import { JsonNode } from './jsonNode.ts';

/** The program of a `.pt2` in any layout, and the tensors that it refers to. */
export interface ExportedPackage {
  readonly program: JsonNode;
  /** Parameters and persistent buffers by their names in the model. */
  readonly weights: ReadonlyMap<string, StoredTensor>;
  /** Constants and other buffers. */
  readonly constants: ReadonlyMap<string, StoredTensor>;
}

/** Whether an archive was written by torch.export. */
export function isExportedPackage({ names }: TorchArchive): boolean {
  return programName(names) !== undefined || names.includes('archive_format') || names.some((name) => name.startsWith('data/aotinductor/'));
}

/** Opens a `.pt2` of torch 2.2 or later. Throws `NcnnError` if it contains no program or is damaged. */
export function openPackage(archive: TorchArchive): ExportedPackage {
  const { file, names } = archive;
  const name = programName(names);
  if (name === undefined) {
    const isCompiled = names.some((entry) => entry.startsWith('data/aotinductor/'));
    const message = isCompiled
      ? 'the file contains code that AOTInductor compiled, but no program'
      : 'the archive contains no torch.export program';
    throw ncnnError('file-foreign', message, 'Save the result of torch.export.export with torch.export.save and convert that file.', {
      file,
    });
  }
  const program = new JsonNode(parsePythonJson(archive.text(name), `${file} (${name})`, archive.budget), file);
  if (name === flatProgram) {
    return {
      program,
      weights: flatTensors(archive, 'serialized_state_dict'),
      constants: flatTensors(archive, 'serialized_constants'),
    };
  }
  const model = /^models\/(.*)\.json$/.exec(name)?.[1] ?? 'model';
  return {
    program,
    weights: tensorsIn(archive, 'data/weights/', `${model}_weights_config.json`, `${model}.pt`),
    constants: tensorsIn(archive, 'data/constants/', `${model}_constants_config.json`, `${model}.pt`),
  };
}

const flatProgram = 'serialized_exported_program.json';

/** The program of a package: the flat layout has one, later layouts have a folder, from which the first is used. */
function programName(names: readonly string[]): string | undefined {
  return names.find((name) => name === flatProgram) ?? names.filter((name) => /^models\/[^/]+\.json$/.test(name)).sort()[0];
}

/** The tensors of an entry of the flat layout. torch 2.2 named these archives `.json`. */
function flatTensors(archive: TorchArchive, name: string): ReadonlyMap<string, StoredTensor> {
  return pickledTensors(archive, archive.has(`${name}.json`) ? `${name}.json` : `${name}.pt`);
}

/** The tensors of a folder: raw bytes with a JSON description, or an archive of torch.save in releases before 2.9. */
function tensorsIn(archive: TorchArchive, folder: string, config: string, pickled: string): ReadonlyMap<string, StoredTensor> {
  if (!archive.has(folder + config)) return pickledTensors(archive, folder + pickled);
  const root = new JsonNode(
    parsePythonJson(archive.text(folder + config), `${archive.file} (${folder}${config})`, archive.budget),
    archive.file,
  );
  const tensors = new Map<string, StoredTensor>();
  for (const [name, entry] of root.get('config').entries()) {
    const path = folder + entry.get('path_name').string();
    // Objects of other classes than tensors are reported when the program reads them.
    if (!entry.get('tensor_meta').isPresent) continue;
    if (entry.get('use_pickle').value === true) {
      for (const tensor of pickledTensors(archive, path).values()) tensors.set(name, tensor);
    } else tensors.set(name, rawTensor(archive, path, entry.get('tensor_meta')));
  }
  return tensors;
}

function rawTensor(archive: TorchArchive, path: string, meta: JsonNode): StoredTensor {
  const type = scalarTypeOfExport(meta.get('dtype').number());
  if (type === undefined) throw meta.get('dtype').malformed('the number of an element type');
  const sizes = (key: string): readonly number[] =>
    meta
      .get(key)
      .items()
      .map((size) => size.get('as_int').number());
  const offset = meta.get('storage_offset').get('as_int').number();
  const layout = { type, shape: sizes('sizes'), strides: sizes('strides'), offset };
  return new StoredTensor(layout, { key: path, source: () => archive.source(path) }, { file: archive.file });
}

/** The tensors of a dict that torch.save wrote to an entry; a single tensor has no name. */
function pickledTensors(archive: TorchArchive, name: string): ReadonlyMap<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>();
  if (!archive.has(name) || archive.source(name).size === 0) return tensors;
  const inner = archive.open(name);
  const value = readPickle(inner.read('data.pkl'), {
    file: `${inner.file} (data.pkl)`,
    budget: inner.budget,
    storage: (key) => ({ key: `${name}/${key}`, source: () => inner.source(`data/${key}`) }),
  });
  if (value.kind === 'tensor') tensors.set('', value.tensor);
  for (const [key, entry] of namedEntries(value)) if (entry.kind === 'tensor') tensors.set(key, entry.tensor);
  return tensors;
}
