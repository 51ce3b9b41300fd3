import type { SideFile } from '../importers/source.ts';

/** How a file is read. Both throw `NcnnError` where the system refuses that. */
export interface FileReader {
  readonly whole: () => Uint8Array;
  readonly part: (offset: number, length: number) => Uint8Array;
}

/**
 * A file that is not held as a whole. Each part is read once. A model may name any number of parts that overlap: once they take more than
 * the file, it is read as a whole, and further parts are views.
 */
export function largeFile(size: number, reader: FileReader): SideFile {
  const parts = new Map<string, Uint8Array>();
  let bytesRead = 0;
  let whole: Uint8Array | undefined;
  return {
    size,
    part: (offset, length) => {
      const name = `${offset}+${length}`;
      const known = parts.get(name);
      if (known !== undefined) return known;
      if (bytesRead + length > size) whole ??= reader.whole();
      if (whole !== undefined) return whole.subarray(offset, offset + length);
      const bytes = reader.part(offset, length);
      parts.set(name, bytes);
      bytesRead += length;
      return bytes;
    },
  };
}
