import { emitFiles } from '../../../src/emit/index.ts';
import type { SourceConversion } from '../../../src/pipeline/convertSource.ts';
import { renderReport, reportData } from '../../../src/report/index.ts';
import type { HomeFile } from './messages.ts';

/** The files of some forms, the report among them. */
export async function emitForms(conversion: SourceConversion, forms: readonly string[]): Promise<readonly HomeFile[]> {
  const { artifact } = conversion;
  const emitted = emitFiles(
    artifact,
    forms.filter((form) => form !== 'report'),
  );
  const files = emitted.map(
    ({ name, chunks }): HomeFile => ({ name, blob: new Blob([...chunks()].map((piece) => Uint8Array.from(piece))) }),
  );
  if (!forms.includes('report')) return files;
  const report = await renderReport(reportData(conversion));
  return [...files, { name: `${artifact.stem}.html`, blob: new Blob([report], { type: 'text/html' }) }];
}
