import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { checkOptions } from '../../src/project/options/checkOptions.ts';
import { modelEntries, pluginEntries } from '../../src/project/options/optionEntries.ts';
import { optionsPage } from './optionsPage.ts';

it('keeps docs/options.md up to date (run `npm run docs`)', () => {
  expect(readFileSync(path.resolve(import.meta.dirname, '../../docs/options.md'), 'utf8')).toBe(optionsPage());
});

it.each(Object.entries({ ...modelEntries, ...pluginEntries }))(
  'gives a valid example of %s with a description of one sentence',
  (name, entry) => {
    expect(entry.about).toMatch(/^[A-Z][^.]*(?:\.\w[^.]*)*\.$/);
    if (!entry.example.includes('{ bytes }')) checkOptions(new Function(`return { ${name}: ${entry.example} };`)());
  },
);
