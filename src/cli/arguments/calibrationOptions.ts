import type { CalibrationOptions } from '../../api.ts';
import { type CalibrationFiles, calibrationFilesAt, readCalibration } from '../../project/inputs/calibration.ts';
import type { OptionSpecs, ParsedArguments } from './usage.ts';
import { readScale } from './verificationOptions.ts';

/** Options that run a net in fp16, as phones do. */
export const calibrationOptions: OptionSpecs = {
  calibrate: {
    value: 'PATH',
    multiple: true,
    help: 'run the net in fp16, as phones do, on this picture, .npy, .npz or .bin file, or on all such files of a folder, and compute the layers that fp16 breaks in fp32; NAME=PATH for an input other than the first; repeatable',
  },
};

/**
 * The runs to calibrate with: one for each file, or for each picture and array in a folder. `--mean` and `--norm` set how pixels become
 * numbers. Throws `UsageError`, and `NcnnError` for a file that cannot be read.
 */
export async function readCalibrationOptions({ values }: ParsedArguments): Promise<CalibrationOptions> {
  const texts = values.get('calibrate');
  return texts === undefined ? {} : await readCalibration(texts.map(filesOf), readScale(values));
}

function filesOf(text: string): CalibrationFiles {
  const separator = text.lastIndexOf('=');
  if (separator < 1) return { files: calibrationFilesAt(text) };
  return { input: text.slice(0, separator), files: calibrationFilesAt(text.slice(separator + 1)) };
}
