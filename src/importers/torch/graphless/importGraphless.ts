import type { Budget } from '../../../budget/budget.ts';
import { diagnostic } from '../../../diagnostics/diagnostic.ts';
import type { Imported } from '../../importer.ts';
import { contentsOf, type ModelSource } from '../../source.ts';
import type { TorchArchive } from '../archive/archive.ts';
import { readPickle } from '../archive/pickle.ts';
import { scalarTypeFacts } from '../archive/scalarType.ts';
import type { NamedTensor } from './contents.ts';
import { describeCheckpoint, type GraphlessContents } from './describe.ts';
import { isLegacyFile, readLegacyFile } from './legacyPickle.ts';
import { exportHint, pythonString } from './recipe.ts';
import { isSafetensors, safetensorsIn } from './safetensors.ts';

/**
 * Imports a file with weights but no graph: a state_dict, a pickled module, a checkpoint of Ultralytics, safetensors. It cannot be
 * converted; the diagnostic describes its contents and has the Python code that exports the model. `undefined` for other kinds of files.
 * Throws `NcnnError`.
 */
export function importGraphless(source: ModelSource, archive: TorchArchive | undefined, budget: Budget): Imported | undefined {
  const { file } = source;
  const contents = archive === undefined ? openFile(source, budget) : openCheckpoint(archive, source.name);
  if (contents === undefined) return undefined;
  const { what, hint, tensors } = contents;
  const elements = tensors.reduce((sum, tensor) => sum + elementsOfTensor(tensor), 0);
  const message = `the file contains ${what}, but no graph: ${tensors.length} ${tensors.length === 1 ? 'tensor' : 'tensors'} with ${elements} elements`;
  return {
    kind: 'weights',
    about: what,
    tensors: tensors.map((tensor) => ({ dtype: tensor.type, bytes: elementsOfTensor(tensor) * scalarTypeFacts(tensor.type).bytes })),
    refusal: diagnostic('format-unsupported', message, hint, { file }),
    diagnostics: [],
  };
}

/** The format of torch.save since release 1.6. */
function openCheckpoint(archive: TorchArchive, name: string): GraphlessContents | undefined {
  if (!archive.has('data.pkl')) return undefined;
  const root = readPickle(archive.read('data.pkl'), {
    file: `${archive.file} (data.pkl)`,
    budget: archive.budget,
    allowsAnyClass: true,
    storage: (key) => ({ key, source: () => archive.source(`data/${key}`) }),
  });
  return describeCheckpoint(root, name);
}

function openFile(source: ModelSource, budget: Budget): GraphlessContents | undefined {
  const { file, name } = source;
  const contents = contentsOf(source);
  if (isLegacyFile(contents)) return describeCheckpoint(readLegacyFile(contents, file, budget), name);
  if (!isSafetensors(contents)) return undefined;
  const tensors = safetensorsIn(contents, file, budget);
  const loading = `from safetensors.torch import load_file; model = Net(); model.load_state_dict(load_file(${pythonString(name)}))`;
  return { what: 'weights in the format of safetensors', hint: exportHint({ name, loading, tensors }), tensors };
}

function elementsOfTensor({ shape }: NamedTensor): number {
  return shape.reduce((product, size) => product * size, 1);
}
