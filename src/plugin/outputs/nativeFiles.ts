import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { ncnnError } from '../../diagnostics/diagnostic.ts';
import type { EmittedFile } from '../../emit/artifact.ts';
import { emitFiles } from '../../emit/index.ts';
import { restoreArtifact } from '../../emit/restore.ts';
import { identity } from '../../files/paths.ts';
import { commit, stage } from '../../files/staging.ts';
import type { ConvertedModel } from '../../project/conversion/convertedModel.ts';

/** Writes the files of a model that are not as they should be. `owner` tells the model and its options from others. */
export type WriteNative = (model: ConvertedModel, owner: string) => void;

/**
 * Makes a {@link WriteNative} for a folder. A file that has the contents already is not touched, so that what is compiled from it is
 * not compiled again. It throws `NcnnError`: `output-conflict` where two models, or one with two sets of options, would write the
 * same file, or where a source would be replaced; `output-unwritable`.
 */
export function createNativeWriter(folder: string, forms: readonly string[]): WriteNative {
  const owners = new Map<string, string>();
  return (model, owner) => {
    const [file = ''] = model.files;
    const emitted = emitFiles(restoreArtifact(model), forms);
    const sources = new Set(model.files.map(identity));
    for (const { name } of emitted) {
      const target = identity(path.join(folder, name));
      if (sources.has(target)) {
        throw ncnnError('output-conflict', `\`native\` would replace ${name}, which is read`, 'Give another folder as `dir`.', { file });
      }
      const other = owners.get(target) ?? owner;
      if (other !== owner) {
        const message = `\`native\` would write ${name} for two imports that differ: ${other} and ${owner}`;
        throw ncnnError('output-conflict', message, 'Rename one of the models, or import it with the same options everywhere.', { file });
      }
      owners.set(target, owner);
    }
    commit(
      stage(
        folder,
        emitted.filter(({ name, chunks }) => !hasContents(path.join(folder, name), chunks())),
      ),
    );
  };
}

/** Whether a file is there and holds these bytes. It is compared piece by piece: written out, weights are large. */
export function hasContents(file: string, chunks: ReturnType<EmittedFile['chunks']>): boolean {
  if (!existsSync(file)) return false;
  const handle = openSync(file, 'r');
  try {
    for (const chunk of chunks) {
      const present = Buffer.alloc(chunk.byteLength);
      if (readFully(handle, present) < chunk.byteLength || !present.equals(chunk)) return false;
    }
    return readSync(handle, Buffer.alloc(1)) === 0;
  } finally {
    closeSync(handle);
  }
}

/** Reads as much as there is room, or less at the end of the file. */
function readFully(handle: number, target: Buffer): number {
  let length = 0;
  while (length < target.byteLength) {
    const read = readSync(handle, target, length, target.byteLength - length, null);
    if (read === 0) break;
    length += read;
  }
  return length;
}
