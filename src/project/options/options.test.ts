import { expect, it } from 'vitest';
import { NcnnError } from '../../diagnostics/diagnostic.ts';
import { cacheFolder, checkOptions, declarationFile, type Options, optionsFor } from './options.ts';

const options: Options = {
  precision: 'fp16',
  inline: true,
  inlineLimit: 10,
  models: {
    'models/*.onnx': { shape: { x: [1], y: [2] }, precision: 'fp32' },
    '**/det.onnx': { shape: { x: [3] }, url: true },
  },
};

it('goes from all models over globs to the query', () => {
  expect(optionsFor('/app/other/net.onnx', '/app', options, {})).toEqual({ precision: 'fp16', inline: true });
  expect(optionsFor('/app/models/net.onnx', '/app', options, {})).toEqual({ precision: 'fp32', inline: true, shape: { x: [1], y: [2] } });
  expect(optionsFor('/app/models/det.onnx', '/app', options, { shape: { y: [] } })).toEqual({
    precision: 'fp32',
    shape: { x: [3], y: [] },
    url: true,
  });
});

it('reads globs from the root, unless they start with two stars', () => {
  expect(optionsFor('/elsewhere/models/net.onnx', '/app', options, {})).toEqual({ precision: 'fp16', inline: true });
  expect(optionsFor('/elsewhere/det.onnx', '/app', options, {})).toMatchObject({ url: true });
});

it('lets a query place the weights anew', () => {
  expect(optionsFor('/app/det.onnx', '/app', options, { inline: true })).toEqual({ precision: 'fp16', shape: { x: [3] }, inline: true });
});

it('refuses options that do not exist', () => {
  const misspelled: Options = JSON.parse('{ "shapes": {}, "models": { "a.onnx": { "percision": "fp16" } } }');
  expect(() => checkOptions(misspelled)).toThrow(NcnnError);
  expect(() => checkOptions(misspelled)).toThrow(/"shapes"\n.*models\["a\.onnx"\] "percision"/);
  expect(() => checkOptions(options)).not.toThrow();
});

it.each<[string, object, string]>([
  ['the plugin', { inlineLimt: 1 }, '`inlineLimit`'],
  ['all models', { percision: 'fp16' }, '`precision`'],
  ['some models', { models: { '*.onnx': { shpae: {} } } }, '`shape`'],
  ['files for C', { native: { dir: 'native', forms: [], form: [] } }, '`forms`'],
  ['a form of them', { native: { dir: 'native', forms: ['mem.hh'] } }, '`mem.h`'],
  ['the check', { verify: { atoll: 1 } }, '`atol`'],
  ['the check of some models', { models: { '*.onnx': { verify: { sead: 1 } } } }, '`seed`'],
])('suggests the option that was meant, of %s', (_whose, given, meant) => {
  expect(() => checkOptions(given)).toThrow(
    expect.objectContaining({ diagnostics: [expect.objectContaining({ hint: `Did you mean ${meant}?` })] }),
  );
});

it('takes later globs over earlier ones, and the query over all', () => {
  const presets: Options = {
    precision: 'fp16',
    shape: { x: [1] },
    models: {
      'models/**': { precision: 'fp32', shape: { x: [2], y: [2] } },
      '**/*.onnx': { shape: { x: [3] }, outputs: ['a'] },
      './models/b.onnx': { optimize: false },
    },
  };
  expect(optionsFor('/app/models/a/c.onnx', '/app', presets, {})).toEqual({ precision: 'fp32', shape: { x: [3], y: [2] }, outputs: ['a'] });
  expect(optionsFor('/app/models/b.onnx', '/app', presets, { precision: 'fp16', outputs: ['q'], shape: { x: [4] } })).toEqual({
    precision: 'fp16',
    shape: { x: [4], y: [2] },
    outputs: ['q'],
    optimize: false,
  });
});

it('finds folders and files', () => {
  const here = import.meta.dirname;
  expect(cacheFolder(here, undefined)).toBe(`${process.cwd()}/node_modules/.cache/unplugin-ncnn`);
  expect(cacheFolder('/app', 'tmp')).toBe('/app/tmp');
  expect(cacheFolder(here, false)).toBeUndefined();
  expect(declarationFile('/app', true)).toBe('/app/ncnn.d.ts');
  expect(declarationFile('/app', 'src/nets.d.ts')).toBe('/app/src/nets.d.ts');
  expect(declarationFile('/app', undefined)).toBeUndefined();
});

it('knows the forms of native', () => {
  const faults = (native: object): readonly string[] => {
    try {
      checkOptions({ native } as Options);
    } catch (error) {
      if (error instanceof NcnnError) return error.diagnostics.map((entry) => `${entry.message} ${entry.hint}`);
    }
    return [];
  };
  expect(faults({ dir: 'native', forms: ['id.h', 'c'] })).toEqual([]);
  expect(faults({ dir: 'native', forms: ['id.hh'] })).toEqual(['there is no form of native "id.hh" Did you mean `id.h`?']);
  expect(faults({ dir: 'native', forms: [], form: 1 })).toEqual(['there is no option of native "form" Did you mean `forms`?']);
  expect(faults({ dir: 'native' })).toEqual([expect.stringContaining('lacks its folder or its forms')]);
});
