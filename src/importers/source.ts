import { type ByteSource, bytesInMemory } from '../bytes/byteSource.ts';
import { ncnnError } from '../diagnostics/diagnostic.ts';

/** A model file in memory, with access to the files in its folder. */
export interface ModelSource {
  /** Path as the user wrote it, for diagnostics. It ends with `name`. */
  readonly file: string;
  /** Name of the file within its folder. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Set if the model file is large. Accessing `bytes` would then read the whole file. */
  readonly large?: ByteSource;
  /**
   * Bytes of another file in the model's folder, named relative to the folder. Each file is read once and cached.
   * Throws `NcnnError`: `file-missing`, or `file-outside` if the file is outside the folder.
   */
  readonly side: (name: string) => Uint8Array;
  /** A side file that is read in parts: a large one is never loaded as a whole. Throws like `side`. */
  readonly sideFile: (name: string) => ByteSource;
  /** Partners joined to the model with a plus, relative to its folder. `side` reads them. */
  readonly partners: readonly string[];
  /** Sorted names of the files in the model's folder, used to find a partner. */
  readonly siblings: () => readonly string[];
}

/** The contents of a model file, which are read in ranges if the file is large. */
export function contentsOf(source: ModelSource): ByteSource {
  return source.large ?? bytesInMemory(source.bytes);
}

/** A file of a model. */
export interface PartnerFile {
  /** Path as the user would write it, for diagnostics. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Opens another file in the model's folder. */
export function openPartner({ file, name, side }: ModelSource, partner: string): PartnerFile {
  return { path: `${file.slice(0, file.length - name.length)}${partner}`, bytes: side(partner) };
}

/**
 * A folder in memory, opened at one of its files.
 *
 * @param files contents by name; names of files in subfolders contain slashes
 */
export function sourceInMemory(files: ReadonlyMap<string, Uint8Array>, name: string, partners: readonly string[] = []): ModelSource {
  const side = (requested: string): Uint8Array => {
    const bytes = files.get(requested.replace(/^(?:\.\/)+/, ''));
    if (bytes !== undefined) return bytes;
    throw ncnnError('file-missing', 'the file does not exist', 'Add the file under this name.', { file: requested });
  };
  const siblings = (): readonly string[] => [...files.keys()].filter((other) => !other.includes('/')).sort();
  const sideFile = (requested: string): ByteSource => bytesInMemory(side(requested));
  return { file: name, name, bytes: side(name), side, sideFile, partners, siblings };
}
