import { expect, it } from 'vitest';
import { cacheFolder, declarationFile } from './outputPaths.ts';

it('finds the cache folder', () => {
  const here = import.meta.dirname;
  expect(cacheFolder(here, undefined)).toBe(`${process.cwd()}/node_modules/.cache/unplugin-ncnn`);
  expect(cacheFolder('/app', 'tmp')).toBe('/app/tmp');
  expect(cacheFolder(here, false)).toBeUndefined();
});

it('finds the declaration file', () => {
  expect(declarationFile('/app', true)).toBe('/app/ncnn.d.ts');
  expect(declarationFile('/app', 'src/nets.d.ts')).toBe('/app/src/nets.d.ts');
  expect(declarationFile('/app', undefined)).toBeUndefined();
});
