import path from 'node:path';
import { identity } from '../../files/paths.ts';
import { writeChanged } from '../../files/writeChanged.ts';
import type { ConvertedModel } from '../../project/conversion/convertedModel.ts';
import { reportOf } from '../../project/conversion/reportOf.ts';

/** Writes the report page of a model if it changed. `owner` identifies the model and its options. */
export type WriteReportPage = (model: ConvertedModel, owner: string) => Promise<void>;

/**
 * Creates a {@link WriteReportPage} for a folder. The page is named after the model; the hash of the net is added if another model has the
 * same name. Throws `NcnnError` (`output-unwritable`).
 */
export function createPageWriter(folder: string): WriteReportPage {
  const owners = new Map<string, string>();
  return async (model, owner) => {
    const { name, hash } = model.description;
    const plainName = `${name}.html`;
    const isFree = (owners.get(identity(path.join(folder, plainName))) ?? owner) === owner;
    const file = isFree ? plainName : `${name}-${hash}.html`;
    owners.set(identity(path.join(folder, file)), owner);
    // The library that lays out the graph is loaded only for a report.
    const { renderReport } = await import('../../report/index.ts');
    const page = new TextEncoder().encode(await renderReport(reportOf(model)));
    writeChanged(folder, [{ name: file, chunks: () => [page] }]);
  };
}
