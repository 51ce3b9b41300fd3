import path from 'node:path';
import type { ImportedModel } from '../../project/models.ts';
import type { Options } from '../../project/options/options.ts';
import { reportFolder } from '../../project/options/outputPaths.ts';
import { createNativeWriter, type WriteNativeFiles } from './nativeFiles.ts';
import { createPageWriter, type WriteReportPage } from './reportPages.ts';

/** Writes the additional files that the options request. Throws `NcnnError`. */
export type WriteModelOutputs = (imported: ImportedModel) => Promise<void>;

/** Creates a {@link WriteModelOutputs}. The writers are created on first use, because some bundlers set the root late. */
export function createOutputWriter(root: () => string, { native, report }: Options): WriteModelOutputs {
  let writeNative: WriteNativeFiles | undefined;
  let writePage: WriteReportPage | undefined;
  return async ({ model, key }) => {
    const pages = reportFolder(root(), report);
    if (native !== undefined) writeNative ??= createNativeWriter(path.resolve(root(), native.dir), native.forms);
    if (pages !== undefined) writePage ??= createPageWriter(pages);
    writeNative?.(model, key);
    await writePage?.(model, key);
  };
}
