import { expect, it } from 'vitest';
import { NcnnError } from '../../diagnostics/diagnostic.ts';
import { checkOptions } from './checkOptions.ts';
import type { Options } from './options.ts';

/** Options from JavaScript, which may have any type. */
function faultsOf(options: object): readonly string[] {
  try {
    checkOptions(options as Options);
  } catch (error) {
    if (error instanceof NcnnError) return error.diagnostics.map(({ message, hint }) => `${message}. ${hint}`);
    throw error;
  }
  return [];
}

it.each<[object]>([
  [{}],
  [{ shape: { x: [1, 3, -1, 8], s: [] }, const: { a: 1, b: 2n, c: [true, Number.NaN] }, outputs: [] }],
  [{ precision: 'fp32', optimize: ['fuse_gate'], verify: { seed: -1, rtol: 0, against: 'onnxruntime' }, maxEntries: 1 }],
  [{ inlineLimit: Number.POSITIVE_INFINITY, inlineIds: false, cache: false, dts: true, report: 'pages', inline: undefined }],
  [{ native: { dir: 'native', forms: ['id.h', 'c'] }, models: { '**/det.onnx': { shape: { x: [3] }, verify: true } } }],
])('accepts valid options (%#)', (options) => {
  expect(faultsOf(options)).toEqual([]);
});

it.each<[object, string]>([
  [
    { shape: { x: [1, '48'] } },
    'the option "shape["x"][1]" is "48"; expected a whole number of at least -1. Write it as in `shape: { x: [1, 3, 224, 224] }`.',
  ],
  [{ shape: [1, 3] }, 'the option "shape" is a list; expected an object with a list of sizes for each input.'],
  [{ shape: { x: [1.5] } }, 'the option "shape["x"][0]" is 1.5; expected a whole number'],
  [{ const: { x: '16000' } }, 'the option "const["x"]" is "16000"; expected a number, a bigint, true or false'],
  [{ const: { x: [1, null] } }, 'the option "const["x"][1]" is null'],
  [{ outputs: 'y' }, 'the option "outputs" is "y"; expected a list of names. Write it as in `outputs: [\'features\']`.'],
  [{ precision: 'f16' }, 'the option "precision" is "f16"; expected \'fp32\' or \'fp16\''],
  [{ optimize: 'no' }, 'the option "optimize" is "no"; expected true, false or a list of passes'],
  [{ verify: 'x' }, 'the option "verify" is "x"; expected true, false or an object'],
  [{ verify: { rtol: '1e-3' } }, 'the option "verify["rtol"]" is "1e-3"; expected a number of at least 0'],
  [{ inlineLimit: '10mb' }, 'the option "inlineLimit" is "10mb"; expected a number of at least 0. Write it as in `inlineLimit: 4096`.'],
  [{ inline: 1 }, 'the option "inline" is 1; expected true or false'],
  [{ cache: null }, 'the option "cache" is null; expected true, false or a path'],
  [{ maxEntries: 0 }, 'the option "maxEntries" is 0; expected a whole number of at least 1'],
  [{ models: { '*.onnx': { precision: 16 } } }, 'the option "models["*.onnx"]["precision"]" is 16; expected \'fp32\' or \'fp16\''],
  [{ models: { '*.onnx': 'fp16' } }, 'the option "models["*.onnx"]" is "fp16"; expected options of a model'],
  [{ models: ['*.onnx'] }, 'the option "models" is a list; expected an object with options for each glob'],
  [{ native: { dir: 'native' } }, 'the option "native["forms"]" is undefined; expected an object with `dir` and `forms`'],
  [{ native: { dir: 'native', forms: ['mem.hh'] } }, 'the option "native["forms"][0]" is "mem.hh"; expected one of param, bin'],
])('rejects %j', (options, fault) => {
  const faults = faultsOf(options);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain(fault);
});

it.each<[object, string]>([
  [{ inlineLimt: 1 }, 'unknown option "inlineLimt". Did you mean `inlineLimit`?'],
  [{ percision: 'fp16' }, 'Did you mean `precision`?'],
  [{ toString: 1 }, 'unknown option "toString". Use one of models, dts'],
  [{ models: { '*.onnx': { shpae: {} } } }, 'unknown option "models["*.onnx"].shpae". Did you mean `shape`?'],
  [{ native: { dir: 'native', forms: [], form: [] } }, 'unknown option "native.form". Did you mean `forms`?'],
  [{ verify: { atoll: 1 } }, 'unknown option "verify.atoll". Did you mean `atol`?'],
  [{ models: { '*.onnx': { verify: { sead: 1 } } } }, 'Did you mean `seed`?'],
])('rejects an unknown option: %j', (options, fault) => {
  const faults = faultsOf(options);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain(fault);
});

it('reports all errors at once', () => {
  expect(faultsOf({ shapes: {}, precision: 1, models: { a: { percision: 1 } } })).toHaveLength(3);
});
