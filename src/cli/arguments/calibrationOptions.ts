import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { type CalibrationOptions, pictureEndings } from '../../api.ts';
import { type OptionSpecs, type ParsedArguments, UsageError } from './usage.ts';
import { readInput, readScale } from './verificationOptions.ts';

/** Options that run a net in fp16, as phones do. */
export const calibrationOptions: OptionSpecs = {
  calibrate: {
    value: 'PATH',
    multiple: true,
    help: 'run the net in fp16, as phones do, on this picture, .npy or .bin file, or on all such files of a folder, and mask layers that fail in fp16; NAME=PATH for an input other than the first; repeatable',
  },
};

/**
 * The runs to calibrate with: one for each file, or for each picture and array in a folder. `--mean` and `--norm` set how pixels become
 * numbers. Throws {@link UsageError}, and `NcnnError` for a file that cannot be read.
 */
export async function readCalibration({ values }: ParsedArguments): Promise<CalibrationOptions> {
  const texts = values.get('calibrate');
  if (texts === undefined) return {};
  const scale = readScale(values);
  const calibration: NonNullable<CalibrationOptions['calibration']>[number][] = [];
  for (const text of texts) {
    const separator = text.lastIndexOf('=');
    const [name, place] = separator < 1 ? ['#0', text] : [text.slice(0, separator), text.slice(separator + 1)];
    const files = filesAt(place);
    if (files.length === 0) throw new UsageError(`--calibrate ${text}: the folder has no picture, .npy or .bin file`);
    for (const file of files) calibration.push({ [name]: await readInput(file, scale) });
  }
  return { calibration };
}

function filesAt(place: string): readonly string[] {
  if (statSync(place, { throwIfNoEntry: false })?.isDirectory() !== true) return [place];
  const endings = [...pictureEndings, '.npy', '.bin'];
  const names = readdirSync(place).filter((name) => endings.some((ending) => name.toLowerCase().endsWith(ending)));
  return names.sort().map((name) => path.join(place, name));
}
