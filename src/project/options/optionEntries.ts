import * as v from 'valibot';
import { emitters } from '../../emit/index.ts';
import { convertEntries, verifyEntries } from '../../options/convertEntries.ts';
import {
  booleanOr,
  dictionary,
  fileName,
  flag,
  nameList,
  numberFrom,
  type OptionEntries,
  type OptionEntry,
  objectOf,
} from '../../options/optionEntry.ts';
import type { CalibrationSettings, ModelOptions, NativeOptions, Options } from './options.ts';

const anObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
const aText = (value: unknown): boolean => typeof value === 'string';

const numbers = v.array(v.number('a number'), 'a list of numbers');

/** The inputs that a net is calibrated with. */
export const calibrationEntries: OptionEntries<CalibrationSettings> = {
  files: {
    schema: nameList,
    about: "Lists pictures, `.npy`, `.npz` or `.bin` files, or folders of them, relative to the project's root.",
    example: "['photos']",
  },
  input: { schema: fileName, about: 'Names the input that they are for; the first one by default.', example: "'x'" },
  mean: { schema: numbers, about: 'Is subtracted from the pixels, 0 to 255; 0 by default.', example: '[123.7, 116.3, 103.5]' },
  norm: { schema: numbers, about: 'Multiplies the pixels after the mean; 1/255 by default.', example: '[0.017]' },
};

/** Options of one model, in the order of docs/options.md. */
export const modelEntries: OptionEntries<ModelOptions> = {
  ...convertEntries,
  verify: {
    schema: booleanOr(objectOf(verifyEntries, 'settings'), anObject, 'true, false or an object'),
    about: 'Runs model and net on the same inputs after a conversion, and fails if an output differs.',
    example: '{ seed: 7, rtol: 1e-3 }',
  },
  calibrate: {
    schema: v.object(
      {
        files: calibrationEntries.files.schema,
        input: v.exactOptional(calibrationEntries.input.schema),
        mean: v.exactOptional(calibrationEntries.mean.schema),
        norm: v.exactOptional(calibrationEntries.norm.schema),
      },
      'an object with `files`',
    ),
    about: 'Runs the net in fp16, as phones do, on these files, and keeps the layers that break in fp32.',
    example: "{ files: ['photos'], mean: [123.7], norm: [0.017] }",
  },
  inline: { schema: flag, about: 'Embeds the weights in the module, whatever their size.', example: 'true' },
  url: { schema: flag, about: 'Emits the weights as a file, whatever their size.', example: 'true' },
};

/** Options of the C and C++ files. */
export const nativeEntries: OptionEntries<NativeOptions> = {
  dir: { schema: fileName, about: "Sets the folder, relative to the project's root.", example: "'native/models'" },
  forms: {
    schema: v.array(v.picklist([...emitters.keys()], `one of ${[...emitters.keys()].join(', ')}`), 'a list of forms'),
    about: 'Lists what to write, by the names of `--emit`.',
    example: "['id.h', 'embed', 'cmake']",
  },
};

/** Options of the plugin, in the order of docs/options.md. */
export const pluginEntries: OptionEntries<Options> = {
  models: {
    schema: dictionary(objectOf(modelEntries, 'options of a model'), 'an object with options for each glob'),
    about: 'Sets options per model; each key is a glob that matches the path of the model.',
    example: "{ '**/det.onnx': { precision: 'fp16' } }",
  },
  dts: pathOrFlag('Declares the imported models to TypeScript in `ncnn.d.ts`, or in a file you name.', "'src/nets.d.ts'"),
  report: pathOrFlag('Writes a page about each model to `ncnn-report`, or to a folder you name.', "'reports'"),
  native: {
    schema: v.object({ dir: nativeEntries.dir.schema, forms: nativeEntries.forms.schema }, 'an object with `dir` and `forms`'),
    about: 'Writes files for C and C++ of every imported model.',
    example: "{ dir: 'native', forms: ['id.h'] }",
  },
  inlineLimit: { schema: numberFrom(0), about: 'Embeds weights of fewer bytes; 4096 by default.', example: '4096' },
  wasm: {
    schema: fileName,
    about: 'Names the `ncnn.wasm` that `unplugin-ncnn/runtime` loads; by default the one of this package.',
    example: "'wasm/ncnn.wasm'",
  },
  inlineIds: { schema: flag, about: 'Leaves ids such as `BLOB_x` in importers where it is `false`.', example: 'false' },
  cache: pathOrFlag('Turns the cache off, or sets its folder; `node_modules/.cache/unplugin-ncnn` by default.', 'false'),
  ...modelEntries,
};

function pathOrFlag(about: string, example: string): OptionEntry<boolean | string> {
  return { schema: booleanOr(fileName, aText, 'true, false or a path'), about, example };
}
