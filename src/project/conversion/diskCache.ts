import { readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { ModelDescription } from '../../emit/description.ts';
import { isSystemError } from '../../files/errorCodes.ts';
import { withFolderLock } from '../../files/folderLock.ts';
import { hashFile } from '../../files/readFile.ts';
import { removeFile } from '../../files/removeFile.ts';
import { newSha256 } from '../../files/sha256.ts';
import { removeStaleTemporaries } from '../../files/temporaries.ts';
import { makeFolder, replaceFile } from '../../files/writeFile.ts';
import type { ConvertedModel } from './convertedModel.ts';

/** Stores converted models on disk, one entry per model and set of options. A `key` identifies both. */
export interface DiskCache {
  /** `undefined` if there is no entry, if it is for other file contents or another version, or if it is larger than `maxBytes`. */
  readonly read: (file: string, key: string, maxBytes?: number) => ConvertedModel | 'damaged' | undefined;
  readonly write: (file: string, key: string, model: ConvertedModel) => void;
}

/** The JSON before the bytes of an entry. */
interface Header {
  readonly version: string;
  readonly key: string;
  /** Files the model was read from, by path relative to its folder, with their content hashes. */
  readonly files: readonly (readonly [name: string, hash: string])[];
  /** File names beside the model with the same prefix: a new one may be a partner with precedence. */
  readonly siblings: readonly string[];
  readonly description: ModelDescription;
  readonly format: string;
  readonly lostBlobs: readonly string[];
  readonly passes: ConvertedModel['passes'];
  readonly saved?: ConvertedModel['saved'];
  readonly param: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly reportLength: number;
  readonly paramLength: number;
}

/**
 * The cache in a folder. An entry is one file that starts with a hash of the rest. It is written under a temporary name and renamed, so
 * that a concurrent build sees the complete entry or none.
 *
 * @param version separates the results of different versions of the converter.
 */
export function openDiskCache(folder: string, version: string, maxBytes: number = defaultMaxBytes): DiskCache {
  const entryOf = (file: string, key: string): string => {
    const name = path.basename(file).replace(/[^\w.-]/g, '_');
    return path.join(folder, `${name}-${sha256(key).slice(0, 16)}${endingOf(version)}`);
  };
  return {
    read: (file, key, sizeLimit = Number.POSITIVE_INFINITY) =>
      unlessRefused(() => {
        const name = entryOf(file, key);
        if (statSync(name).size > sizeLimit) return undefined;
        const entry = unpack(readFileSync(name));
        // The time of the last use decides which entries are dropped first.
        unlessRefused(() => utimesSync(name, new Date(), new Date()));
        return entry === undefined ? 'damaged' : modelOf(entry, file, key, version);
      }),
    write: (file, key, model) =>
      unlessRefused(() => {
        if (model.bin.byteLength > maxBytes) return;
        const chunks = pack(headerOf(file, key, version, model), model);
        makeFolder(folder);
        replaceFile(entryOf(file, key), chunks);
        withFolderLock(folder, () => {
          removeStaleTemporaries(folder);
          dropOldEntries(folder, endingOf(version), maxBytes);
        });
      }),
  };
}

/** Maximum size of all entries, because a development server can be asked for any number of variations of a model. */
const defaultMaxBytes = 2 ** 30;

/** The file extension of a version's entries. */
function endingOf(version: string): string {
  return `-${sha256(version).slice(0, 8)}.cache`;
}

/** Removes the entries of other versions, and the least recently used ones if the total exceeds the limit. */
function dropOldEntries(folder: string, ending: string, maxBytes: number): void {
  let bytes = 0;
  const entries = readdirSync(folder)
    .filter((name) => name.endsWith('.cache'))
    .flatMap((name) => {
      const stats = statSync(path.join(folder, name), { throwIfNoEntry: false });
      return stats === undefined ? [] : [{ name, size: stats.size, used: stats.mtimeMs }];
    })
    .sort((left, right) => right.used - left.used);
  for (const { name, size } of entries) {
    const isCurrent = name.endsWith(ending);
    if (isCurrent) bytes += size;
    if (!isCurrent || bytes > maxBytes) removeFile(path.join(folder, name));
  }
}

/** Runs an action; `undefined` if the system refuses it. A build must not fail because the cache is unusable. */
function unlessRefused<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}

/** The model of an entry, if the entry is valid for the key and the current files. */
function modelOf({ header, reportJson, paramBin, bin }: Entry, file: string, key: string, version: string): ConvertedModel | undefined {
  if (header.version !== version || header.key !== key || !sameNames(header.siblings, siblingsOf(file))) return undefined;
  const files = header.files.map(([name]) => path.resolve(path.dirname(file), name));
  if (!files.every((name, index) => hashFile(name) === header.files[index]?.[1])) return undefined;
  const { description, format, lostBlobs, passes, saved, param, diagnostics } = header;
  return { description, format, lostBlobs, passes, saved, param, paramBin, bin, diagnostics, files, reportJson };
}

function headerOf(file: string, key: string, version: string, model: ConvertedModel): Header {
  const { description, format, lostBlobs, passes, saved, param, paramBin, diagnostics, files, reportJson } = model;
  return {
    version,
    key,
    files: files.map((name) => [path.relative(path.dirname(file), name), hashFile(name)]),
    siblings: siblingsOf(file),
    description,
    format,
    lostBlobs,
    passes,
    saved,
    param,
    diagnostics,
    reportLength: Buffer.byteLength(reportJson),
    paramLength: paramBin.byteLength,
  };
}

/** Concatenates a 32-byte hash of the rest, 4 bytes with the header's length, the header, the report, the `.param.bin` and the weights. */
function pack(
  header: Header,
  { reportJson, paramBin, bin }: Pick<ConvertedModel, 'reportJson' | 'paramBin' | 'bin'>,
): readonly Uint8Array[] {
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.byteLength);
  const parts = [length, text, Buffer.from(reportJson), paramBin, bin];
  const hash = newSha256();
  for (const part of parts) hash.update(part);
  return [hash.digest(), ...parts];
}

interface Entry {
  readonly header: Header;
  readonly reportJson: string;
  readonly paramBin: Uint8Array;
  readonly bin: Uint8Array<ArrayBuffer>;
}

function unpack(bytes: Buffer): Entry | undefined {
  const contents = bytes.subarray(32);
  if (contents.byteLength < 4 || newSha256().update(contents).digest().compare(bytes, 0, 32) !== 0) return undefined;
  const start = 4 + contents.readUInt32LE();
  const header: Header = JSON.parse(contents.toString('utf8', 4, start));
  const begin = start + header.reportLength;
  const end = begin + header.paramLength;
  const reportJson = contents.toString('utf8', start, begin);
  return { header, reportJson, paramBin: Uint8Array.from(contents.subarray(begin, end)), bin: Uint8Array.from(contents.subarray(end)) };
}

/** File names beside the model that start with its stem, without `-symbol`: partners are found by that prefix. */
function siblingsOf(file: string): readonly string[] {
  const stem = path.basename(file, path.extname(file)).replace(/-symbol$/, '');
  return readdirSync(path.dirname(file))
    .filter((name) => name.startsWith(stem))
    .sort();
}

function sameNames(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((name, index) => name === right[index]);
}

function sha256(data: string | Uint8Array): string {
  return newSha256().update(data).digest('hex');
}
