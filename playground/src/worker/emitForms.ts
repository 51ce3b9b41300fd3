import { zipSync } from 'fflate';
import { emitFiles } from '../../../src/emit/index.ts';
import type { SourceConversion } from '../../../src/pipeline/convertSource.ts';
import { renderReport, reportData } from '../../../src/report/index.ts';
import type { DownloadFile } from './messages.ts';

/** The files of some forms, the report among them. */
export async function emitForms(conversion: SourceConversion, forms: readonly string[]): Promise<readonly DownloadFile[]> {
  const { artifact } = conversion;
  const emitted = emitFiles(
    artifact,
    forms.filter((form) => form !== 'report'),
  );
  const files = emitted.map(
    ({ name, chunks }): DownloadFile => ({ name, blob: new Blob([...chunks()].map((piece) => Uint8Array.from(piece))) }),
  );
  if (!forms.includes('report')) return files;
  const report = await renderReport(reportData(conversion));
  return [...files, { name: `${artifact.stem}.html`, blob: new Blob([report], { type: 'text/html' }) }];
}

/** Files of at least this size are stored uncompressed, because weights barely compress. */
const storedSize = 1_000_000;

/** The files of some forms in one archive. */
export async function archiveForms(conversion: SourceConversion, forms: readonly string[]): Promise<DownloadFile> {
  const files = await emitForms(conversion, forms);
  const entries = await Promise.all(
    files.map(async ({ name, blob }) => {
      const level: 0 | 6 = blob.size < storedSize ? 6 : 0;
      return [name, [new Uint8Array(await blob.arrayBuffer()), { level }]] as const;
    }),
  );
  const archive = zipSync(Object.fromEntries(entries.map(([name, [bytes, options]]) => [name, [bytes, options]])));
  return { name: `${conversion.artifact.stem}.zip`, blob: new Blob([archive], { type: 'application/zip' }) };
}
