import { statSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { decodePicture, type PixelScale, pictureEndings, readNpy, type VerifyInput } from '../../api.ts';
import { type NcnnError, ncnnError } from '../../diagnostics/diagnostic.ts';
import { errorCode, isSystemError } from '../../files/errorCodes.ts';
import { describeSpecialFile, maxArrayBytes, readFile } from '../../files/readFile.ts';

/** Reads a file as the values of an input: a picture, a `.npy`, or raw bytes. Throws `NcnnError` if it cannot be read. */
export async function readInput(file: string, scale: PixelScale): Promise<VerifyInput> {
  const bytes = readValues(file);
  if (isPicture(file)) return { picture: await decodePicture(bytes, file), ...scale };
  return file.toLowerCase().endsWith('.npy') ? readNpy(bytes, file) : { bytes: Uint8Array.from(bytes) };
}

/** Reads a `.npz` file as the values of several inputs, by the names of its arrays. Throws `NcnnError`. */
export function readNpz(file: string): Readonly<Record<string, VerifyInput>> {
  const entries = unzipArrays(readValues(file), file);
  return Object.fromEntries(
    Object.entries(entries).map(([name, bytes]) => [name.replace(/\.npy$/, ''), readNpy(bytes, `${file} (${name})`)]),
  );
}

function unzipArrays(bytes: Uint8Array, file: string): Readonly<Record<string, Uint8Array>> {
  const refusal = (message: string): NcnnError =>
    ncnnError('file-malformed', message, 'Write it with `numpy.savez(file, name=array)`.', { file });
  try {
    return unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (originalSize > maxArrayBytes) throw refusal(`the array ${name} has ${originalSize} bytes; the maximum is ${maxArrayBytes}`);
        return true;
      },
    });
  } catch (error) {
    // Errors of fflate have a number as their code.
    if (!(error instanceof Error && 'code' in error && typeof error.code === 'number')) throw error;
    throw refusal(`not a .npz file (${error.message})`);
  }
}

function readValues(file: string): Uint8Array {
  const refusal = (message: string): NcnnError =>
    ncnnError(
      'file-unreadable',
      message,
      'Give the path of a .npy, .bin, .png or .jpg file; for calibration also of a .npz file or a folder of such files.',
      { file },
    );
  try {
    const special = describeSpecialFile(file);
    if (special !== undefined) throw refusal(`the path is ${special}`);
    const { size } = statSync(file);
    if (size > maxArrayBytes) throw refusal(`the file has ${size} bytes; the maximum is ${maxArrayBytes}`);
    return readFile(file);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw refusal(`the input cannot be read (${errorCode(error)})`);
  }
}

/** Whether a file is decoded as a picture. */
export function isPicture(file: string): boolean {
  const name = file.toLowerCase();
  return pictureEndings.some((ending) => name.endsWith(ending));
}
