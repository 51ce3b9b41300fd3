import { Budget } from '../../../budget/budget.ts';
import { allBytes, type ByteSource } from '../../../bytes/byteSource.ts';
import { type NcnnError, ncnnError } from '../../../diagnostics/diagnostic.ts';
import { openZip, type ZipContext, type ZipEntry } from './zip.ts';

/** A zip archive of torch: its entries by their names below the common folder. */
export interface TorchArchive {
  /** For diagnostics. */
  readonly file: string;
  /** Limits what is read from the archive. */
  readonly budget: Budget;
  /** The folder of all entries, which has the name of the saved file; empty if there is none. */
  readonly folder: string;
  /** Names relative to the folder: `data.pkl`, `data/0`. */
  readonly names: readonly string[];
  readonly has: (name: string) => boolean;
  /** The contents of an entry, a range of the file if it is stored uncompressed. Throws `NcnnError` (`file-malformed`) if it is missing. */
  readonly source: (name: string) => ByteSource;
  /** The contents of an entry in memory. Do not modify them. */
  readonly read: (name: string) => Uint8Array;
  /** The contents of an entry as text. */
  readonly text: (name: string) => string;
  /** Opens an archive inside this archive. */
  readonly open: (name: string) => TorchArchive;
}

/** Opens an archive as torch writes it. Throws `NcnnError`: `file-truncated`, `file-malformed`, `limit-exceeded`. */
export function openArchive(contents: ByteSource, context: ZipContext): TorchArchive {
  const { file, budget = new Budget({}, contents.size) } = context;
  const zip = openZip(contents, { file, budget });
  const folder = commonFolder([...zip.keys()]);
  const entries = new Map<string, ZipEntry>([...zip].map(([name, entry]) => [name.slice(folder.length), entry]));
  const missing = (name: string): NcnnError =>
    ncnnError('file-malformed', `the archive has no entry "${name}"`, 'Save the model again with torch.', { file });
  const source = (name: string): ByteSource => {
    const entry = entries.get(name);
    if (entry === undefined) throw missing(name);
    return entry.open();
  };
  const read = (name: string): Uint8Array => allBytes(source(name));
  return {
    file,
    budget,
    folder: folder.slice(0, -1),
    names: [...entries.keys()],
    has: (name) => entries.has(name),
    source,
    read,
    text: (name) => new TextDecoder().decode(read(name)),
    open: (name) => openArchive(source(name), { file: `${file} (${name})`, budget }),
  };
}

/** The first folder of all names, with its slash; empty if they do not share one. */
function commonFolder(names: readonly string[]): string {
  const [first = ''] = names;
  const folder = first.slice(0, first.indexOf('/') + 1);
  return names.every((name) => name.startsWith(folder)) ? folder : '';
}
