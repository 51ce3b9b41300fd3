import type { PixelScale, VerifyInput, VerifyOptions } from '../../api.ts';
import { isPicture, readInput } from '../../project/inputs/readInput.ts';
import { type OptionSpecs, type ParsedArguments, suggestion, UsageError } from './usage.ts';

/** The verification options, shared by `verify` and `convert --verify`. */
export const verificationOptions: OptionSpecs = {
  input: { value: 'NAME=FILE', multiple: true, help: 'feed a .npy, raw .bin, .png or .jpg file instead of random values; repeatable' },
  mean: {
    value: 'LIST',
    help: 'mean to subtract from the pixels (0 to 255) of an image: one number, or one for each channel; 0 by default',
  },
  norm: { value: 'LIST', help: 'factor for the pixels of an image after the mean; 1/255 by default, 1 for integer inputs' },
  as: { value: 'phone', help: 'compute the net in fp16, as ncnn does on phones by default' },
  against: { value: 'onnxruntime', help: 'use onnxruntime-node or onnxruntime-web as the reference for an ONNX model' },
  seed: { value: 'NUMBER', help: 'seed of the random inputs; 1 by default' },
  rtol: { value: 'SHARE', help: 'relative tolerance; 1e-3 by default, 2e-2 with --fp16' },
  atol: { value: 'SHARE', help: 'tolerance relative to the largest value of an output; 1e-4 by default, 1e-2 with --fp16' },
};

/** The names of the options in the arguments. */
export function usedVerificationOptions({ values }: ParsedArguments): readonly string[] {
  return Object.keys(verificationOptions).filter((name) => values.has(name));
}

/** The verification options of the command line; the input files are not read yet. */
export interface VerificationRequest {
  readonly options: Omit<VerifyOptions, 'inputs'>;
  /** Path of the file for each input name. */
  readonly files: ReadonlyMap<string, string>;
  readonly scale: PixelScale;
}

/** Parses the verification options. Throws {@link UsageError}. */
export function parseVerificationOptions({ values }: ParsedArguments): VerificationRequest {
  const numbers = ['seed', 'rtol', 'atol'].flatMap((name): [string, number][] => {
    const text = values.get(name)?.[0];
    return text === undefined ? [] : [[name, parseNumber(name, text)]];
  });
  const scale = readScale(values);
  const files = new Map<string, string>();
  for (const text of values.get('input') ?? []) {
    const separator = text.lastIndexOf('=');
    if (separator < 1) throw new UsageError(`--input ${text}: expected NAME=FILE`);
    files.set(text.slice(0, separator), text.slice(separator + 1));
  }
  if (Object.keys(scale).length > 0 && ![...files.values()].some(isPicture) && !values.has('calibrate')) {
    throw new UsageError(`--${Object.keys(scale)[0]} needs an image: pass one with --input NAME=photo.png`);
  }
  const against = values.get('against')?.[0];
  if (against !== undefined && against !== 'onnxruntime') {
    throw new UsageError(`--against ${against}: expected onnxruntime${suggestion(against, ['onnxruntime'])}`);
  }
  const as = values.get('as')?.[0];
  if (as !== undefined && as !== 'phone') throw new UsageError(`--as ${as}: expected phone${suggestion(as, ['phone'])}`);
  const options: VerificationRequest['options'] = {
    ...Object.fromEntries(numbers),
    ...(against === undefined ? {} : { against }),
    ...(as === undefined ? {} : { as }),
  };
  return { options, files, scale };
}

/** The verification options with the values of the inputs. Throws `NcnnError` for a file that cannot be read. */
export async function readVerificationInputs({ options, files, scale }: VerificationRequest): Promise<VerifyOptions> {
  const inputs: [string, VerifyInput][] = [];
  for (const [name, file] of files) inputs.push([name, await readInput(file, scale)]);
  return { ...options, inputs: Object.fromEntries(inputs) };
}

function parseNumber(name: string, text: string): number {
  const value = Number(text);
  const whole = name === 'seed';
  if (text.trim() === '' || !Number.isFinite(value) || (whole ? !Number.isSafeInteger(value) : value < 0)) {
    throw new UsageError(`--${name} ${text}: expected a ${whole ? 'whole number' : 'number of at least 0'}`);
  }
  return value;
}

/** The scaling of pixels. Throws {@link UsageError}. */
export function readScale(values: ParsedArguments['values']): PixelScale {
  const lists = ['mean', 'norm'].flatMap((name): [string, readonly number[]][] => {
    const text = values.get(name)?.[0];
    if (text === undefined) return [];
    const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
    if (!numbers.every(Number.isFinite)) throw new UsageError(`--${name} ${text}: expected a number, or a list such as 123.7,116.3,103.5`);
    return [[name, numbers]];
  });
  return Object.fromEntries(lists);
}
