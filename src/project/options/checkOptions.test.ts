import { expect, it } from 'vitest';
import { NcnnError } from '../../diagnostics/diagnostic.ts';
import { checkOptions } from './checkOptions.ts';
import type { Options } from './options.ts';

it('refuses options that do not exist', () => {
  const misspelled: Options = JSON.parse('{ "shapes": {}, "models": { "a.onnx": { "percision": "fp16" } } }');
  expect(() => checkOptions(misspelled)).toThrow(NcnnError);
  expect(() => checkOptions(misspelled)).toThrow(/"shapes"\n.*models\["a\.onnx"\] "percision"/);
  expect(() => checkOptions({ inlineLimit: 10, models: { '**/det.onnx': { shape: { x: [3] } } } })).not.toThrow();
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
