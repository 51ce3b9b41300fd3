/** Files by their paths relative to the given folder, or by their names. */
export type FilesByPath = ReadonlyMap<string, File>;

/** Maximum number of files that one drop visits, so that it does not read a whole disk. */
const maxFiles = 5000;

/** The files of a choice in a dialog. */
export function chosenFiles(list: FileList | readonly File[] | null): FilesByPath {
  return new Map([...(list ?? [])].slice(0, maxFiles).map((file) => [withoutRoot(file.webkitRelativePath) || file.name, file]));
}

/** The files that were dropped or pasted, those in folders with their paths. */
export async function transferredFiles({ items, files }: DataTransfer): Promise<FilesByPath> {
  // Entries must be asked for before the first `await`.
  const entries = [...items].flatMap((item) => (item.kind === 'file' ? [item.webkitGetAsEntry()] : [])).filter((entry) => entry !== null);
  if (entries.length === 0) return chosenFiles(files);
  const found = new Map<string, File>();
  const single = entries.length === 1 && entries[0]?.isDirectory === true;
  for (const entry of entries) await collect(entry, single ? '' : entry.name, found);
  return found;
}

/** The path of a file in the folder that was chosen. */
function withoutRoot(path: string): string {
  return path.slice(path.indexOf('/') + 1);
}

async function collect(entry: FileSystemEntry, path: string, found: Map<string, File>): Promise<void> {
  if (found.size >= maxFiles) return;
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    found.set(path || file.name, file);
    return;
  }
  if (!isFolder(entry)) return;
  const reader = entry.createReader();
  const read = (): Promise<FileSystemEntry[]> => new Promise((resolve, reject) => reader.readEntries(resolve, reject));
  // A reader returns some entries at a time, and none at the end.
  for (let some = await read(); some.length > 0; some = await read()) {
    for (const child of some) await collect(child, path === '' ? child.name : `${path}/${child.name}`, found);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
