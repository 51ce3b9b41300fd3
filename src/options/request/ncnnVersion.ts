import { ncnnError } from '../../diagnostics/diagnostic.ts';
import type { ConvertOptions } from '../convertOptions.ts';

/** Syntax of a release: its date, or the version of the Python package (`1.0.20230223`). The date is the first group. */
export const releasePattern: RegExp = /^(?:\d+\.\d+\.)?(20[12]\d[01]\d[0-3]\d)$/;

/** The date of the release in the `ncnnVersion` option, as a number: 20230223. Throws `NcnnError` (`option-invalid`). */
export function requestNcnnVersion(version: ConvertOptions['ncnnVersion']): number | undefined {
  if (version === undefined) return undefined;
  const [, date] = releasePattern.exec(version) ?? [];
  if (date !== undefined) return Number(date);
  throw ncnnError(
    'option-invalid',
    `the ncnn version ${JSON.stringify(version)} is not the date of a release`,
    'Write the date, as in 20230223.',
  );
}
