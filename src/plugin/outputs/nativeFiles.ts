import path from 'node:path';
import { ncnnError } from '../../diagnostics/diagnostic.ts';
import { emitFiles } from '../../emit/index.ts';
import { restoreArtifact } from '../../emit/restore.ts';
import { identity } from '../../files/paths.ts';
import { writeChanged } from '../../files/writeChanged.ts';
import type { ConvertedModel } from '../../project/conversion/convertedModel.ts';

/** Writes the C and C++ files of a model that changed. `owner` identifies the model and its options. */
export type WriteNativeFiles = (model: ConvertedModel, owner: string) => void;

/**
 * Creates a {@link WriteNativeFiles} for a folder. It throws `NcnnError`: `output-conflict` if two models, or one model with different
 * options, would write the same file, or if a source would be overwritten; `output-unwritable`.
 */
export function createNativeWriter(folder: string, forms: readonly string[]): WriteNativeFiles {
  const owners = new Map<string, string>();
  return (model, owner) => {
    const files = emitFiles(restoreArtifact(model), forms);
    const sources = new Set(model.files.map(identity));
    for (const { name } of files) {
      const target = identity(path.join(folder, name));
      const conflict = sources.has(target) ? replacedSource(name) : sharedTarget(name, owners.get(target) ?? owner, owner);
      if (conflict !== undefined) throw ncnnError('output-conflict', conflict.message, conflict.hint, { file: model.files[0] ?? '' });
      owners.set(target, owner);
    }
    writeChanged(folder, files);
  };
}

interface Conflict {
  readonly message: string;
  readonly hint: string;
}

function replacedSource(name: string): Conflict {
  return { message: `\`native\` would overwrite the source file ${name}`, hint: 'Set `dir` to another folder.' };
}

function sharedTarget(name: string, owner: string, other: string): Conflict | undefined {
  if (owner === other) return undefined;
  return {
    message: `\`native\` would write ${name} for two different imports: ${owner} and ${other}`,
    hint: 'Rename one of the models, or import it with the same options everywhere.',
  };
}
