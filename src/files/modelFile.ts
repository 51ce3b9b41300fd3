import { existsSync, lstatSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import path from 'node:path';
import { closest } from '../diagnostics/closest.ts';
import { type NcnnError, ncnnError } from '../diagnostics/diagnostic.ts';
import { type ModelSource, type SideFile, sideFileInMemory } from '../importers/source.ts';
import { errorCode, missingFile, undefinedOn } from './errorCodes.ts';
import { largeFile } from './largeFile.ts';
import { realPath } from './paths.ts';
import { describeSpecialFile, maxArrayBytes, readFile, readPart } from './readFile.ts';

/** Larger files beside a model are read in the parts that are asked for. */
const maxWholeBytes = 2 ** 24;

export interface OpenedModel {
  readonly source: ModelSource;
  /** Absolute paths of all files read so far, the model first. */
  readonly filesRead: () => readonly string[];
}

/**
 * The files that a path names before any is read: `net.prototxt+net.caffemodel` is two, the second relative to the folder of the first or,
 * where no file is there, written from where the first is.
 */
export function namedFiles(file: string): readonly string[] {
  const [first, ...partners] = split(file);
  return [first, ...partners.map((name) => path.resolve(path.dirname(first), name))];
}

/** The model and the names of its partners; a file that has a plus in its name is one. */
function split(file: string): readonly [string, ...string[]] {
  if (!file.includes('+') || existsSync(file)) return [file];
  const [first = '', ...partners] = file.split('+');
  return [first, ...partners.map((name) => fromFolderOf(first, name, '.'))];
}

/** The path of a partner from the folder of the first file, where it was written from another folder as that one was: `dir/a+dir/b`. */
export function fromFolderOf(first: string, name: string, base: string): string {
  const folder = path.dirname(path.resolve(base, first));
  const found = [path.resolve(folder, name), path.resolve(base, name)].find((file) => existsSync(file));
  return found === undefined ? name : path.relative(folder, found);
}

/**
 * Reads a model file and gives access to the files beside it. Each file is read once. Partners of other names are joined to the
 * path with a plus: `deploy.prototxt+net.caffemodel`.
 * Side files must lie in the model's folder or below it, symbolic links resolved, unless `allowOutside` is set. Where the model is a link
 * itself, they may also lie where the model does.
 * Throws `NcnnError`: `file-missing`, `file-unreadable`, `file-outside`.
 */
export function openModelFile(given: string, allowOutside = false): OpenedModel {
  const [file, ...partners] = split(given);
  const absolute = path.resolve(file);
  const folder = path.dirname(absolute);
  const size = unlessUnreadable(absolute, file, () => statSync(absolute).size);
  // Of files of other formats, all is read anyway.
  const isLarge = size > maxWholeBytes && /\.onnx$/i.test(file);
  const read = new Map<string, Uint8Array>(isLarge ? [] : [[absolute, readWhole(absolute, file)]]);
  const large = new Map<string, SideFile>();
  // Caches of downloads hold links: the model and its side files then lead to one folder.
  const besideModel = [realPath(folder), path.dirname(realPath(absolute))];

  const isAllowed = (target: string): boolean =>
    allowOutside || target === absolute || (isBelow(folder, target) && besideModel.some((place) => isBelow(place, realPath(target))));
  /** The path of a side file, and the path to show. */
  const locate = (name: string): readonly [target: string, shown: string] => {
    const target = path.resolve(folder, checkedName(name, file));
    if (!isAllowed(target)) throw outside(name, file);
    return [target, path.join(path.dirname(file), name)];
  };
  const side = (name: string): Uint8Array => {
    const [target, shown] = locate(name);
    const present = read.get(target);
    if (present !== undefined) return present;
    const bytes = readWhole(target, target === absolute ? file : shown);
    read.set(target, bytes);
    return bytes;
  };
  const sideFile = (name: string): SideFile => {
    const [target, shown] = locate(name);
    const size = read.has(target) ? 0 : unlessUnreadable(target, shown, () => statSync(target).size);
    if (size <= maxWholeBytes) return sideFileInMemory(side(name));
    const known = large.get(target);
    if (known !== undefined) return known;
    const opened = openLargeFile(target, shown, size);
    large.set(target, opened);
    return opened;
  };

  const name = path.basename(absolute);
  const beside = { side, sideFile, partners, siblings: () => filesIn(folder) };
  const filesRead = (): readonly string[] => [...new Set([absolute, ...read.keys(), ...large.keys()])];
  if (!isLarge) return { source: { file, name, bytes: side(name), ...beside }, filesRead };
  const source: ModelSource = {
    file,
    name,
    get bytes() {
      return side(name);
    },
    large: openLargeFile(absolute, file, size),
    ...beside,
  };
  return { source, filesRead };
}

/** The name of a side file. Throws `NcnnError` where it is none. */
function checkedName(name: string, file: string): string {
  if (!name.includes('\0')) return name;
  throw ncnnError('file-malformed', 'the name of a side file holds a null character', 'Fetch or export the model again.', { file });
}

function outside(name: string, file: string): NcnnError {
  return ncnnError(
    'file-outside',
    `the side file "${name}" lies outside of the folder of the model`,
    { hint: 'Move it beside the model, or allow it if you trust the model.', advice: [{ option: 'allowOutside' }] },
    { file },
  );
}

function openLargeFile(target: string, shown: string, size: number): SideFile {
  return largeFile(size, (offset, length) => {
    const bytes = readable(length, shown, () => unlessUnreadable(target, shown, () => readPart(target, offset, length)));
    if (bytes.length === length) return bytes;
    throw ncnnError('file-truncated', `the file has become shorter than ${size} bytes`, 'Convert the model when it is written.', {
      file: shown,
    });
  });
}

function filesIn(folder: string): readonly string[] {
  // A folder may allow its files to be read, and not allow to be listed.
  const entries = undefinedOn([...missingFile, 'EACCES', 'EPERM'], () => readdirSync(folder, { withFileTypes: true })) ?? [];
  return entries.flatMap((entry) => (entry.isDirectory() ? [] : [entry.name])).sort();
}

function readWhole(target: string, shown: string): Uint8Array {
  return unlessUnreadable(target, shown, () => readable(statSync(target).size, shown, () => readFile(target)));
}

/** What an action gives that reads so many bytes. Throws `NcnnError` where no array holds them. */
function readable(bytes: number, shown: string, read: () => Uint8Array): Uint8Array {
  if (bytes <= maxArrayBytes) return read();
  const reason = `the file has ${bytes} bytes to be read at once, and ${maxArrayBytes} are the most here`;
  const hint = 'Keep the weights of an ONNX model in side files: each weight is then read separately.';
  throw ncnnError('file-unreadable', reason, hint, { file: shown });
}

/** What an action gives that reads a file. Throws `NcnnError` where the system refuses that, or the path is none of a file. */
function unlessUnreadable<T>(target: string, shown: string, read: () => T): T {
  try {
    const special = describeSpecialFile(target);
    if (special !== undefined) throw ncnnError('file-unreadable', `the path is ${special}`, readableHint, { file: shown });
    return read();
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    if (missingFile.includes(code)) throw missing(target, shown);
    const reason = code === 'EISDIR' ? 'the path is a folder' : `the file cannot be read (${code})`;
    throw ncnnError('file-unreadable', reason, code === 'EISDIR' ? folderHint(target) : readableHint, { file: shown });
  }
}

const readableHint = 'Give the path of a model file you may read.';

function folderHint(folder: string): string {
  const names = filesIn(folder);
  if (names.includes('saved_model.pb')) return 'It is a SavedModel of TensorFlow: convert it with tf2onnx, and give the ONNX file.';
  const [model] = names.filter((name) => /\.(?:onnx|param|prototxt)$|-symbol\.json$/i.test(name));
  return model === undefined ? readableHint : `Give a file in it, such as ${path.join(folder, model)}.`;
}

/** Says where a link leads to, or which file there is of nearly that name. */
function missing(target: string, shown: string): NcnnError {
  const link = lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink() === true ? readlinkSync(target) : undefined;
  if (link !== undefined) {
    const hint = /\.git\/annex\//.test(link) ? 'Fetch its contents with `git annex get`.' : 'Check where the link leads to.';
    return ncnnError('file-missing', `the file is a link to "${link}", which does not exist`, hint, { file: shown });
  }
  const [near] = closest(path.basename(target), filesIn(path.dirname(target)));
  const hint =
    near === undefined ? 'Check the path; a side file must lie beside the model.' : `Did you mean ${path.join(path.dirname(shown), near)}?`;
  return ncnnError('file-missing', 'the file does not exist', hint, { file: shown });
}

function isBelow(folder: string, target: string): boolean {
  const relative = path.relative(folder, target);
  return relative === '' || (!relative.startsWith(`..${path.sep}`) && relative !== '..' && !path.isAbsolute(relative));
}
