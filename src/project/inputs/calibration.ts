import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { type CalibrationOptions, type PixelScale, pictureEndings } from '../../api.ts';
import { ncnnError } from '../../diagnostics/diagnostic.ts';
import { readInput, readNpz } from './readInput.ts';

/** The files of one input that a net is calibrated with. */
export interface CalibrationFiles {
  /** Pictures, `.npy`, `.npz` or `.bin` files. */
  readonly files: readonly string[];
  /** The input that they are for; the first one by default. A `.npz` has the names of its inputs. */
  readonly input?: string;
}

/** The runs to calibrate with, one for each file. Throws `NcnnError` for a file that cannot be read. */
export async function readCalibration(sources: readonly CalibrationFiles[], scale: PixelScale): Promise<CalibrationOptions> {
  const calibration: NonNullable<CalibrationOptions['calibration']>[number][] = [];
  for (const { files, input = '#0' } of sources) {
    for (const file of files) {
      calibration.push(file.toLowerCase().endsWith('.npz') ? readNpz(file) : { [input]: await readInput(file, scale) });
    }
  }
  return { calibration };
}

const endings = [...pictureEndings, '.npy', '.npz', '.bin'];

/** A file itself, or the files of a folder that can be read as inputs, sorted by name. Throws `NcnnError` if a folder has none. */
export function calibrationFilesAt(place: string): readonly string[] {
  if (statSync(place, { throwIfNoEntry: false })?.isDirectory() !== true) return [place];
  const names = readdirSync(place).filter((name) => endings.some((ending) => name.toLowerCase().endsWith(ending)));
  if (names.length === 0) {
    throw ncnnError('file-unreadable', 'the folder has no file to calibrate with', `Add ${endings.join(', ')} files.`, { file: place });
  }
  return names.sort().map((name) => path.join(place, name));
}
