import { readFileSync } from 'node:fs';
import { decodePicture, type GivenInput, type PixelScale, pictureEndings, readNpy, type VerifyOptions } from '../../api.ts';
import { ncnnError } from '../../diagnostics/diagnostic.ts';
import { errorCode, isSystemError } from '../../files/errorCodes.ts';
import { type Given, type OptionSpecs, suggestion, UsageError } from './usage.ts';

/** The options of a check, the same for `verify` and `convert --verify`. */
export const verificationOptions: OptionSpecs = {
  input: { value: 'NAME=FILE', multiple: true, help: 'feed a .npy, raw .bin, .png or .jpg file instead of random values; repeatable' },
  mean: { value: 'LIST', help: 'of a picture: what is taken from its pixels of 0 to 255, a number or one a channel; 0 unless given' },
  norm: { value: 'LIST', help: 'of a picture: what that is multiplied by; 1/255 unless given, 1 for an input of integers' },
  against: { value: 'onnxruntime', help: 'compute an ONNX model with onnxruntime-node or -web, whichever is installed, as the reference' },
  seed: { value: 'NUMBER', help: 'of the random inputs; 1 unless given' },
  rtol: { value: 'SHARE', help: 'largest difference as a share of a value: 1e-3, or 2e-2 with --fp16' },
  atol: { value: 'SHARE', help: "largest difference as a share of an output's largest value: 1e-4, or 1e-2 with --fp16" },
};

/** The names of those that were given. */
export function givenVerificationOptions({ values }: Given): readonly string[] {
  return Object.keys(verificationOptions).filter((name) => values.has(name));
}

/** The options of a check as they were given. Throws {@link UsageError}, and `NcnnError` for a file that cannot be read. */
export async function readVerificationOptions({ values }: Given): Promise<VerifyOptions> {
  const numbers = ['seed', 'rtol', 'atol'].flatMap((name): [string, number][] => {
    const text = values.get(name)?.[0];
    if (text === undefined) return [];
    const value = Number(text);
    const whole = name === 'seed';
    if (text.trim() === '' || !Number.isFinite(value) || (whole ? !Number.isSafeInteger(value) : value < 0)) {
      throw new UsageError(`--${name} ${text}: that is no ${whole ? 'whole number' : 'share'}`);
    }
    return [[name, value]];
  });
  const scale = readScale(values);
  const inputs = new Map<string, GivenInput>();
  for (const text of values.get('input') ?? []) {
    const separator = text.lastIndexOf('=');
    if (separator < 1) throw new UsageError(`--input ${text}: a name, "=" and a file are needed`);
    inputs.set(text.slice(0, separator), await readInput(text.slice(separator + 1), scale));
  }
  if (Object.keys(scale).length > 0 && ![...inputs.values()].some((input) => 'picture' in input)) {
    throw new UsageError(`--${Object.keys(scale)[0]} is for a picture: give one with --input NAME=photo.png`);
  }
  const against = values.get('against')?.[0];
  if (against !== undefined && against !== 'onnxruntime') {
    throw new UsageError(`--against ${against}: there is only onnxruntime${suggestion(against, ['onnxruntime'])}`);
  }
  return { ...Object.fromEntries(numbers), ...(against === undefined ? {} : { against }), inputs: Object.fromEntries(inputs) };
}

/** How the pixels of pictures become numbers. */
function readScale(values: Given['values']): PixelScale {
  const lists = ['mean', 'norm'].flatMap((name): [string, readonly number[]][] => {
    const text = values.get(name)?.[0];
    if (text === undefined) return [];
    const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
    if (!numbers.every(Number.isFinite)) throw new UsageError(`--${name} ${text}: a number is needed, or a list like 123.7,116.3,103.5`);
    return [[name, numbers]];
  });
  return Object.fromEntries(lists);
}

async function readInput(file: string, scale: PixelScale): Promise<GivenInput> {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const message = `the input cannot be read (${errorCode(error)})`;
    throw ncnnError('file-unreadable', message, 'Give the path of a .npy, .bin, .png or .jpg file.', { file });
  }
  const name = file.toLowerCase();
  if (pictureEndings.some((ending) => name.endsWith(ending))) return { picture: await decodePicture(bytes, file), ...scale };
  return name.endsWith('.npy') ? readNpy(bytes, file) : { bytes: Uint8Array.from(bytes) };
}
