import { type NcnnError, ncnnError } from '../../../diagnostics/diagnostic.ts';
import type { TorchArchive } from '../archive/archive.ts';
import { isJsonObject, parsePythonJson } from '../archive/json.ts';
import { type PickleContext, readPickle } from '../archive/pickle.ts';
import type { PickleObject, PickleValue } from '../archive/pickleValue.ts';

/** The contents of a torch.jit.save file, except its code. */
export interface ScriptFiles {
  readonly archive: TorchArchive;
  /** The model: an instance of a class in the code. */
  readonly root: PickleObject;
  /** The values of `CONSTANTS.c0`, `CONSTANTS.c1` … */
  readonly constants: readonly PickleValue[];
  /** The version of the operators that the code calls. */
  readonly version: number;
  /** The example arguments of `forward` from tracing; their tensors have no elements. */
  readonly examples: readonly PickleValue[] | undefined;
  /** The shape that Ultralytics writes to an extra file. */
  readonly extraShape: readonly number[] | undefined;
}

/** Whether an archive contains code of a traced or scripted module. */
export function isScriptArchive({ names }: TorchArchive): boolean {
  return names.some((name) => name.startsWith('code/')) && names.includes('data.pkl');
}

/** Reads everything in a file except its code. Throws `NcnnError`. */
export function openScript(archive: TorchArchive): ScriptFiles {
  const read = (name: string): PickleValue => readPickle(archive.read(`${name}.pkl`), pickleContext(archive, name));
  const root = read('data');
  if (root.kind !== 'object') throw malformed(archive, `data.pkl holds a ${root.kind}, expected a module`);
  const constants = archive.has('constants.pkl') ? read('constants') : undefined;
  return {
    archive,
    root,
    constants: constants?.kind === 'tuple' || constants?.kind === 'list' ? constants.elements : [],
    version: versionOf(archive),
    examples: archive.has('traced_inputs.pkl') ? examplesOf(read('traced_inputs')) : undefined,
    extraShape: archive.has('extra/config.txt') ? configShape(archive) : undefined,
  };
}

/** How to read the pickle `NAME.pkl` of an archive: its storages are the entries `NAME/0`, `NAME/1` … */
function pickleContext(archive: TorchArchive, name: string): PickleContext {
  return {
    file: `${archive.file} (${name}.pkl)`,
    storage: (key) => ({ key: `${name}/${key}`, source: () => archive.source(`${name}/${key}`) }),
    budget: archive.budget,
  };
}

function versionOf(archive: TorchArchive): number {
  const entry = ['.data/version', 'version'].find((name) => archive.has(name));
  const version = Number(entry === undefined ? Number.NaN : archive.text(entry).trim());
  if (!Number.isInteger(version)) throw malformed(archive, 'the archive has no version');
  return version;
}

/** `{ forward: [x, y] }`. */
function examplesOf(value: PickleValue): readonly PickleValue[] | undefined {
  if (value.kind !== 'dict') return undefined;
  const [, examples] = value.entries.find(([key]) => key.kind === 'string' && key.value === 'forward') ?? [];
  return examples?.kind === 'list' || examples?.kind === 'tuple' ? examples.elements : undefined;
}

/** Ultralytics writes `{ "imgsz": [640, 640], "batch": 1, "channels": 3, … }`. */
function configShape(archive: TorchArchive): readonly number[] | undefined {
  const text = archive.text('extra/config.txt');
  if (!text.trimStart().startsWith('{')) return undefined;
  const config = parsePythonJson(text, `${archive.file} (extra/config.txt)`, archive.budget);
  const sizes = isJsonObject(config) ? config.imgsz : undefined;
  if (!isJsonObject(config) || !Array.isArray(sizes)) return undefined;
  const { batch, channels } = config;
  const [height, width = height]: readonly unknown[] = sizes;
  if (typeof height !== 'number' || typeof width !== 'number') return undefined;
  return [typeof batch === 'number' ? batch : 1, typeof channels === 'number' ? channels : 3, height, width];
}

function malformed({ file }: TorchArchive, message: string): NcnnError {
  return ncnnError('file-malformed', message, 'Save the model again with torch.jit.save.', { file });
}
