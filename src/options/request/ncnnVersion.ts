import { ncnnError } from '../../diagnostics/diagnostic.ts';
import type { ConvertOptions } from '../convertOptions.ts';

/** The release that the `ncnnVersion` option names, as a number; also `1.0.20230223`, as Python packages are called. Throws `NcnnError`. */
export function requestNcnnVersion(version: ConvertOptions['ncnnVersion']): number | undefined {
  if (version === undefined) return undefined;
  const [, date] = /^(?:\d+\.\d+\.)?(20[12]\d[01]\d[0-3]\d)$/.exec(version) ?? [];
  if (date !== undefined) return Number(date);
  throw ncnnError(
    'option-invalid',
    `the ncnn version ${JSON.stringify(version)} is not the date of a release`,
    'Write the date, as in 20230223.',
  );
}
