import type { StoredBytes } from '../bytes/storedBytes.ts';
import { ncnnError } from '../diagnostics/diagnostic.ts';

/** A model file in memory, and the way to the files beside it. */
export interface ModelSource {
  /** Path as the user gave it, for diagnostics; it ends with the name. */
  readonly file: string;
  /** Name of the file in its folder. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The model file where it is large: `bytes` would read all of it. */
  readonly large?: SideFile;
  /**
   * Bytes of a file beside the model, named relative to its folder. Each file is read once and kept.
   * Throws `NcnnError` where it is missing (`file-missing`) or outside of the folder (`file-outside`).
   */
  readonly side: (name: string) => Uint8Array;
  /** A file beside the model of which parts are read: a large one is never held as a whole. Throws as `side` does. */
  readonly sideFile: (name: string) => SideFile;
  /** Partners that were joined to the model with a plus, named relative to its folder; `side` reads them. */
  readonly partners: readonly string[];
  /** Names of the files in the model's folder, sorted, to find a partner among them. */
  readonly siblings: () => readonly string[];
}

/** A file beside a model of which parts are read. */
export interface SideFile {
  /** Bytes in all. */
  readonly size: number;
  /** The bytes of a part that lies inside of the file. Throws `NcnnError` (`file-unreadable`) where the system refuses to read them. */
  readonly part: (offset: number, length: number) => Uint8Array;
  /** The same bytes, which a large file does not hold: each use reads them, and throws as `part` does. */
  readonly stored: (offset: number, length: number) => Uint8Array | StoredBytes;
}

/** A file in memory, whose parts are views. */
export function sideFileInMemory(bytes: Uint8Array): SideFile {
  const part = (offset: number, length: number): Uint8Array => bytes.subarray(offset, offset + length);
  return { size: bytes.length, part, stored: part };
}

/** A file of a model. */
export interface PartnerFile {
  /** Path as the user would write it, for diagnostics. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Opens a file beside the model. */
export function openPartner({ file, name, side }: ModelSource, partner: string): PartnerFile {
  return { path: `${file.slice(0, file.length - name.length)}${partner}`, bytes: side(partner) };
}

/**
 * A folder that is in memory, opened at one of its files.
 *
 * @param files contents by name; files in folders below have names with slashes
 */
export function sourceInMemory(files: ReadonlyMap<string, Uint8Array>, name: string, partners: readonly string[] = []): ModelSource {
  const side = (wanted: string): Uint8Array => {
    const bytes = files.get(wanted.replace(/^(?:\.\/)+/, ''));
    if (bytes !== undefined) return bytes;
    throw ncnnError('file-missing', 'the file does not exist', 'Add the file under this name.', { file: wanted });
  };
  const siblings = (): readonly string[] => [...files.keys()].filter((other) => !other.includes('/')).sort();
  const sideFile = (wanted: string): SideFile => sideFileInMemory(side(wanted));
  return { file: name, name, bytes: side(name), side, sideFile, partners, siblings };
}
