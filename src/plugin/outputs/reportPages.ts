import path from 'node:path';
import { identity } from '../../files/paths.ts';
import { commit, stage } from '../../files/staging.ts';
import type { ConvertedModel } from '../../project/conversion/convertedModel.ts';
import { hasContents } from './nativeFiles.ts';

/** Writes the report of a model, unless it is there as it should be. `owner` tells the model and its options from others. */
export type WritePage = (model: ConvertedModel, owner: string) => Promise<void>;

/**
 * Makes a {@link WritePage} for a folder. The page is named after the model; where another has that name, the hash of its net is added.
 * Throws `NcnnError` (`output-unwritable`).
 */
export function createPageWriter(folder: string): WritePage {
  const owners = new Map<string, string>();
  return async (model, owner) => {
    const { name, hash } = model.description;
    const plain = `${name}.html`;
    const taken = owners.get(identity(path.join(folder, plain))) ?? owner;
    const file = taken === owner ? plain : `${name}-${hash}.html`;
    owners.set(identity(path.join(folder, file)), owner);
    // The drawing is only loaded by those who want it.
    const { renderReport } = await import('../../report/index.ts');
    const page = new TextEncoder().encode(await renderReport(model.report));
    if (!hasContents(path.join(folder, file), [page])) commit(stage(folder, [{ name: file, chunks: () => [page] }]));
  };
}
