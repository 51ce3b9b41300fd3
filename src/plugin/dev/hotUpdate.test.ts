import { expect, it } from 'vitest';
import { changedModules } from './hotUpdate.ts';

interface TestModule {
  readonly id: string | null;
  readonly importers: Set<TestModule>;
}
const module = (id: string | null, ...importers: readonly TestModule[]): TestModule => ({ id, importers: new Set(importers) });

const main = module('/main.js');
const same = module('/same.onnx?ncnn', main);
const other = module('/other.onnx?x=1&ncnn', main);
const isChanged = async (id: string): Promise<boolean> => id.startsWith('/other');

it('passes on changed models and ignores other files', async () => {
  expect(await changedModules([same, other, main], isChanged)).toEqual([other, main]);
});

it('reloads models when their side files change', async () => {
  expect(await changedModules([module('/shared.data', same, other)], isChanged)).toEqual([other]);
  expect(await changedModules([module(null, same)], isChanged)).toEqual([]);
});

it('keeps a side file that other modules import as well', async () => {
  const side = module('/labels.json', other, main);
  expect(await changedModules([side], isChanged)).toEqual([side, other]);
});
