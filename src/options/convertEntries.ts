import * as v from 'valibot';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { throwErrors } from '../diagnostics/diagnostic.ts';
import type { ConvertOptions, VerifySettings } from './convertOptions.ts';
import {
  checkEntries,
  dictionary,
  fileName,
  flag,
  nameList,
  numberFrom,
  type OptionEntries,
  type OptionEntry,
  wholeNumber,
} from './optionEntry.ts';
import { releasePattern } from './request/ncnnVersion.ts';
import { targets } from './target.ts';

const sizes = v.array(wholeNumber(-1), 'a list of sizes');
const scalar = v.union([v.number(), v.nan(), v.bigint(), v.boolean()], 'a number, a bigint, true or false');
const constant = v.lazy((value) => (Array.isArray(value) ? v.array(scalar) : scalar));

/** Parameter ids; ncnn uses the highest two itself. */
const paramId = v.pipe(v.string(), v.regex(/^[12]?\d$/, 'an id from 0 to 29'));
const layerType = v.pipe(v.string('a layer type'), v.regex(/^\S+$/, 'a layer type'));
const customOperators = dictionary(
  v.strictObject(
    { type: layerType, params: v.exactOptional(v.record(paramId, v.string('a name'), 'attributes by id')) },
    'an object with `type` and `params`',
  ),
  'a list of layer types, or an object with a layer for each operator',
);

function limit(what: string): OptionEntry<number> {
  return { schema: wholeNumber(1), about: `Limits the ${what}; in proportion to the files by default.`, example: '4194304' };
}

/** Options of a conversion, in the order of docs/options.md. */
export const convertEntries: OptionEntries<ConvertOptions> = {
  shape: {
    schema: dictionary(sizes, 'an object with a list of sizes for each input'),
    about: 'Fixes the shapes of inputs, by name or by position (`#0`); -1 is a dynamic axis, an empty list is a scalar.',
    example: '{ x: [1, 3, 224, 224] }',
  },
  const: {
    schema: dictionary(constant, 'an object with a value for each input'),
    about: 'Pins inputs to constants; a list fills the declared shape.',
    example: '{ sr: 16000 }',
  },
  outputs: { schema: nameList, about: 'Cuts the graph at these tensors; they become the outputs.', example: "['features']" },
  keep: {
    schema: nameList,
    about: 'Keeps these tensors (globs) as blobs with their names and readers, to extract or feed them.',
    example: "['conv1', 'block*']",
  },
  precision: {
    schema: v.picklist(['fp32', 'fp16'], "'fp32' or 'fp16'"),
    about: "Sets the precision of the weights; `'fp32'` by default.",
    example: "'fp16'",
  },
  ncnnVersion: {
    schema: v.pipe(v.string('a release such as 20230223'), v.regex(releasePattern, 'a release such as 20230223')),
    about: 'Sets the oldest release of ncnn that must run the net correctly; any release by default.',
    example: "'20230223'",
  },
  target: {
    schema: v.picklist(targets, "'any', 'wasm', 'x86' or 'arm'"),
    about:
      "Chooses the layers that are fastest on this kind of processor; `'wasm'` by default in the plugin, `'any'` with `native`, on the command line and in the Node API.",
    example: "'arm'",
  },
  fp16: {
    schema: v.union([v.literal('guard'), v.literal(false)], "'guard' or false"),
    about:
      "Masks layers that fp16 on phones would break (`'guard'`, the default if there are inputs to calibrate with), or none (`false`).",
    example: 'false',
  },
  fp16Tolerance: {
    schema: numberFrom(0),
    about: 'Sets the maximum difference of outputs in fp16, as a share of their largest value; 0.02 by default.',
    example: '0.01',
  },
  fp32Layers: { schema: nameList, about: "Keeps these layers in fp32 under `precision: 'fp16'`.", example: "['fc']" },
  optimize: {
    schema: v.lazy((value) => (Array.isArray(value) ? nameList : v.boolean('true, false or a list of passes'))),
    about: 'Keeps the net as converted (`false`), or runs only the listed passes.',
    example: 'false',
  },
  customLayers: {
    schema: v.lazy((value) => (Array.isArray(value) ? nameList : customOperators)),
    about: 'Names layer types that your own runtime registers, or maps operators of the model to such types.',
    example: "{ 'my:Foo': { type: 'Foo', params: { 0: 'alpha' } } }",
  },
  prototxt: { schema: fileName, about: 'Names the prototxt of a `.caffemodel`, relative to it.', example: "'deploy.prototxt'" },
  caffemodel: { schema: fileName, about: 'Names the caffemodel of a `.prototxt`, relative to it.', example: "'net.caffemodel'" },
  symbol: { schema: fileName, about: 'Names the symbol of a `.params`, relative to it.', example: "'net-symbol.json'" },
  params: { schema: fileName, about: 'Names the arrays of a `-symbol.json`, relative to it.', example: "'net-0010.params'" },
  allowOutside: { schema: flag, about: 'Allows side files outside of the folder of the model.', example: 'true' },
  maxEntries: limit('messages, fields and values that are read'),
  maxNodes: limit('nodes after functions, loops and decompositions are expanded'),
  maxElements: limit('elements of computed constants'),
  maxSteps: limit('steps of arithmetic on constants'),
  maxBytes: limit('bytes that are unpacked or written'),
};

/** Options of a verification. */
export const verifyEntries: OptionEntries<VerifySettings> = {
  seed: { schema: wholeNumber(Number.NEGATIVE_INFINITY), about: 'Seeds the random inputs; 1 by default.', example: '7' },
  rtol: { schema: numberFrom(0), about: 'Allows this difference as a share of a value.', example: '1e-3' },
  atol: { schema: numberFrom(0), about: 'Allows this difference as a share of the largest value of an output.', example: '1e-4' },
  as: {
    schema: v.literal('phone', "'phone'"),
    about: 'Computes the net in fp16, as phones run it, and allows 0.02 of the largest value.',
    example: "'phone'",
  },
  against: {
    schema: v.literal('onnxruntime', "'onnxruntime'"),
    about: 'Computes the reference with onnxruntime.',
    example: "'onnxruntime'",
  },
};

/** Input values of a verification; their shapes are checked against the model. */
const inputsEntry: OptionEntry = {
  schema: dictionary(v.looseObject({}, 'values of an input'), 'an object with values for inputs'),
  about: 'Feeds these values instead of random ones.',
  example: '{ x: { bytes } }',
};

/** Calibration inputs, for the API and the command line. */
const calibrationEntry: OptionEntry = {
  schema: v.array(v.looseObject({}, 'values by input'), 'a list of objects with values for inputs'),
  about: 'Runs the net in fp16, as phones do, on these inputs.',
  example: '[{ x: { bytes } }]',
};

/** Throws `NcnnError` (`option-invalid`) for unknown conversion options and invalid values. */
export function checkConvertOptions(options: ConvertOptions): void {
  throwErrors(conversionFaults(options, { calibration: calibrationEntry }));
}

/** The same for a conversion with verification. */
export function checkVerifyOptions(options: ConvertOptions & VerifySettings): void {
  throwErrors(conversionFaults(options, { ...verifyEntries, inputs: inputsEntry, calibration: calibrationEntry }));
}

function conversionFaults(options: object, others: Readonly<Record<string, OptionEntry>>): readonly Diagnostic[] {
  return checkEntries(options, { ...convertEntries, ...others });
}
