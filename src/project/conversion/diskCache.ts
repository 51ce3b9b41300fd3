import { createHash, randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { ModelDescription } from '../../emit/description.ts';
import type { ReportData } from '../../report/data.ts';
import type { CompiledModel } from './convertedModel.ts';

/** Keeps compiled models on disk, one for each model and set of options. A `key` stands for the two. */
export interface Cache {
  /** `undefined` where there is none, or it was made of other bytes or by another version. */
  readonly read: (file: string, key: string) => CompiledModel | 'damaged' | undefined;
  /** Does nothing where the folder cannot be written: a build must not fail for it. */
  readonly write: (file: string, key: string, model: CompiledModel) => void;
}

/** What stands in front of the bytes of an entry. */
interface Header {
  readonly version: string;
  readonly key: string;
  /** Files the model was made of, by path from its folder, with the hashes of their contents. */
  readonly files: readonly (readonly [name: string, hash: string])[];
  /** Names in the model's folder that begin like the model's: a new one might be a partner that comes first. */
  readonly siblings: readonly string[];
  readonly description: ModelDescription;
  readonly format: string;
  readonly passes: CompiledModel['passes'];
  readonly saved?: CompiledModel['saved'];
  readonly param: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly report: ReportData;
  readonly paramLength: number;
}

/**
 * The cache in a folder. An entry is one file, written under a temporary name and renamed, so that a build beside this one
 * sees all of it or nothing; a hash at its front covers the rest.
 *
 * @param version tells results of one state of the converter from those of another.
 */
export function openCache(folder: string, version: string): Cache {
  const entryOf = (file: string, key: string): string => {
    const name = path.basename(file).replace(/[^\w.-]/g, '_');
    return path.join(folder, `${name}-${sha256(key).slice(0, 16)}.cache`);
  };

  const read: Cache['read'] = (file, key) => {
    try {
      const entry = unpack(readFileSync(entryOf(file, key)));
      if (entry === undefined) return 'damaged';
      const { header, paramBin, bin } = entry;
      if (header.version !== version || header.key !== key || !sameNames(header.siblings, siblingsOf(file))) return undefined;
      const files = header.files.map(([name]) => path.resolve(path.dirname(file), name));
      if (!files.every((name, index) => sha256(readFileSync(name)) === header.files[index]?.[1])) return undefined;
      const { description, format, passes, saved, param, diagnostics, report } = header;
      return { description, format, passes, saved, param, paramBin, bin, diagnostics, files, report };
    } catch {
      return undefined;
    }
  };

  const write: Cache['write'] = (file, key, { description, format, passes, saved, param, paramBin, bin, diagnostics, files, report }) => {
    const target = entryOf(file, key);
    const temporary = `${target}.${randomBytes(9).toString('hex')}.tmp`;
    try {
      const header: Header = {
        version,
        key,
        files: files.map((name) => [path.relative(path.dirname(file), name), sha256(readFileSync(name))]),
        siblings: siblingsOf(file),
        description,
        format,
        passes,
        saved,
        param,
        diagnostics,
        report,
        paramLength: paramBin.byteLength,
      };
      mkdirSync(folder, { recursive: true });
      writeParts(temporary, pack(header, paramBin, bin));
      renameSync(temporary, target);
    } catch {
      discard(temporary);
    }
  };

  return { read, write };
}

function discard(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // It was never there: the folder cannot be made.
  }
}

/** 32 bytes of hash over the rest, 4 of the header's length, the header, the `.param.bin`, the weights. */
function pack(header: Header, paramBin: Uint8Array, bin: Uint8Array): readonly Uint8Array[] {
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.byteLength);
  const parts = [length, text, paramBin, bin];
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return [hash.digest(), ...parts];
}

function writeParts(file: string, parts: readonly Uint8Array[]): void {
  const handle = openSync(file, 'w');
  try {
    // Each one goes behind the last, as the file stays open.
    for (const part of parts) writeFileSync(handle, part);
  } finally {
    closeSync(handle);
  }
}

interface Entry {
  readonly header: Header;
  readonly paramBin: Uint8Array;
  readonly bin: Uint8Array<ArrayBuffer>;
}

function unpack(entry: Buffer): Entry | undefined {
  const rest = entry.subarray(32);
  if (rest.byteLength < 4 || createHash('sha256').update(rest).digest().compare(entry, 0, 32) !== 0) return undefined;
  const start = 4 + rest.readUInt32LE();
  const header: Header = JSON.parse(rest.toString('utf8', 4, start));
  const end = start + header.paramLength;
  return { header, paramBin: Uint8Array.from(rest.subarray(start, end)), bin: Uint8Array.from(rest.subarray(end)) };
}

/** Names beside the model that begin with its stem, `-symbol` left aside: it has its partners by that. */
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
  return createHash('sha256').update(data).digest('hex');
}
