import { existsSync, lstatSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import path from 'node:path';
import { type ByteSource, bytesInMemory } from '../bytes/byteSource.ts';
import { closest } from '../diagnostics/closest.ts';
import { type NcnnError, ncnnError } from '../diagnostics/diagnostic.ts';
import { readsRanges } from '../importers/formats.ts';
import type { ModelSource } from '../importers/source.ts';
import { errorCode, missingFile, undefinedOn } from './errorCodes.ts';
import { largeFile } from './largeFile.ts';
import { realPath } from './paths.ts';
import { describeSpecialFile, maxArrayBytes, readFile, readPart } from './readFile.ts';

/** Larger files are read in ranges, if the importer can do that. */
const maxWholeBytes = 2 ** 24;

export interface OpenedModel {
  readonly source: ModelSource;
  /** Absolute paths of all files read so far, starting with the model. */
  readonly filesRead: () => readonly string[];
}

/**
 * The files that a path names, before any is read. `net.prototxt+net.caffemodel` names two; the second is relative to the folder of the
 * first or, if no file is there, to the folder that the first is relative to.
 */
export function namedFiles(file: string): readonly string[] {
  const [first, ...partners] = split(file);
  return [first, ...partners.map((name) => path.resolve(path.dirname(first), name))];
}

/** The model and the names of its partners. An existing file whose name contains a plus is a single model. */
function split(file: string): readonly [string, ...string[]] {
  if (!file.includes('+') || existsSync(file)) return [file];
  const [first = '', ...partners] = file.split('+');
  return [first, ...partners.map((name) => fromFolderOf(first, name, '.'))];
}

/**
 * The path of a partner relative to the folder of the first file. The partner may also have been given relative to the same folder as the
 * first file: `dir/a+dir/b`.
 */
export function fromFolderOf(first: string, name: string, base: string): string {
  const folder = path.dirname(path.resolve(base, first));
  const found = [path.resolve(folder, name), path.resolve(base, name)].find((file) => existsSync(file));
  return found === undefined ? name : path.relative(folder, found);
}

/**
 * Opens a model file, with access to the files in its folder. Each file is read once. Partners with other names are joined to the path with
 * a plus: `deploy.prototxt+net.caffemodel`.
 * Side files must be in the model's folder or below it after resolving symbolic links, unless `allowOutside` is set. If the model itself is
 * a link, they may also be in the folder of its target.
 * Throws `NcnnError`: `file-missing`, `file-unreadable`, `file-outside`.
 */
export function openModelFile(model: string, allowOutside = false): OpenedModel {
  const [file, ...partners] = split(model);
  const absolute = path.resolve(file);
  const folder = path.dirname(absolute);
  const size = unlessUnreadable(absolute, file, () => statSync(absolute).size);
  const isLarge = size > maxWholeBytes && readsRanges(file);
  const read = new Map<string, Uint8Array>(isLarge ? [] : [[absolute, readWhole(absolute, file)]]);
  const large = new Map<string, ByteSource>();
  // Download caches contain links: the model and its side files then point to the same folder.
  const besideModel = [realPath(folder), path.dirname(realPath(absolute))];

  const isAllowed = (target: string): boolean =>
    allowOutside || target === absolute || (isBelow(folder, target) && besideModel.some((place) => isBelow(place, realPath(target))));
  /** The path of a side file, and the path to show to the user. */
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
  const sideFile = (name: string): ByteSource => {
    const [target, shown] = locate(name);
    const size = read.has(target) ? 0 : unlessUnreadable(target, shown, () => statSync(target).size);
    if (size <= maxWholeBytes) return bytesInMemory(side(name));
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

/** Checks the name of a side file. Throws `NcnnError` if it is invalid. */
function checkedName(name: string, file: string): string {
  if (!name.includes('\0')) return name;
  throw ncnnError('file-malformed', 'the name of a side file contains a null character', 'Fetch or export the model again.', { file });
}

function outside(name: string, file: string): NcnnError {
  return ncnnError(
    'file-outside',
    `the side file "${name}" is outside the model's folder`,
    { hint: "Move it to the model's folder, or allow it if you trust the model.", advice: [{ option: 'allowOutside' }] },
    { file },
  );
}

function openLargeFile(target: string, shown: string, size: number): ByteSource {
  return largeFile(size, (offset, length) => {
    const bytes = readable(length, shown, () => unlessUnreadable(target, shown, () => readPart(target, offset, length)));
    if (bytes.length === length) return bytes;
    throw ncnnError(
      'file-truncated',
      `the file has become shorter than ${size} bytes`,
      'Convert the model after it has been written completely.',
      {
        file: shown,
      },
    );
  });
}

function filesIn(folder: string): readonly string[] {
  // A folder may permit reading its files but not listing them.
  const entries = undefinedOn([...missingFile, 'EACCES', 'EPERM'], () => readdirSync(folder, { withFileTypes: true })) ?? [];
  return entries.flatMap((entry) => (entry.isDirectory() ? [] : [entry.name])).sort();
}

function readWhole(target: string, shown: string): Uint8Array {
  return unlessUnreadable(target, shown, () => readable(statSync(target).size, shown, () => readFile(target)));
}

/** The result of an action that reads this many bytes. Throws `NcnnError` if they do not fit into an array. */
function readable(bytes: number, shown: string, read: () => Uint8Array): Uint8Array {
  if (bytes <= maxArrayBytes) return read();
  const reason = `the file has ${bytes} bytes to be read at once; the limit is ${maxArrayBytes}`;
  const hint = 'Keep the weights of an ONNX model in side files: each weight is then read separately.';
  throw ncnnError('file-unreadable', reason, hint, { file: shown });
}

/** The result of an action that reads a file. Throws `NcnnError` if the system cannot read it, or if the path is not a file. */
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

const readableHint = 'Give the path of a model file that you may read.';

function folderHint(folder: string): string {
  const names = filesIn(folder);
  if (names.includes('saved_model.pb')) return 'Convert this TensorFlow SavedModel with tf2onnx, and give the ONNX file.';
  const [model] = names.filter((name) => /\.(?:onnx|param|prototxt)$|-symbol\.json$/i.test(name));
  return model === undefined ? readableHint : `Give a file in it, such as ${path.join(folder, model)}.`;
}

/** The error for a missing file. It names the target of a broken link, or a file with a similar name. */
function missing(target: string, shown: string): NcnnError {
  const link = lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink() === true ? readlinkSync(target) : undefined;
  if (link !== undefined) {
    const hint = /\.git\/annex\//.test(link) ? 'Fetch its contents with `git annex get`.' : 'Check the target of the link.';
    return ncnnError('file-missing', `the file is a link to "${link}", which does not exist`, hint, { file: shown });
  }
  const [near] = closest(path.basename(target), filesIn(path.dirname(target)));
  const hint =
    near === undefined
      ? "Check the path; a side file must be in the model's folder."
      : `Did you mean ${path.join(path.dirname(shown), near)}?`;
  return ncnnError('file-missing', 'the file does not exist', hint, { file: shown });
}

function isBelow(folder: string, target: string): boolean {
  const relative = path.relative(folder, target);
  return relative === '' || (!relative.startsWith(`..${path.sep}`) && relative !== '..' && !path.isAbsolute(relative));
}
