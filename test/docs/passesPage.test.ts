import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { allPasses } from '../../src/net/passes/index.ts';
import { passesPage } from './passesPage.ts';

it('keeps docs/passes.md up to date (run `npm run docs`)', () => {
  const file = path.resolve(import.meta.dirname, '../../docs/passes.md');
  expect(readFileSync(file, 'utf8')).toBe(passesPage());
});

it.each(allPasses)('describes $name in one sentence', ({ description }) => {
  expect(description).toMatch(/^(Adds|Removes|Replaces|Merges|Moves|Fuses|Puts) [^.]+\.$/);
});
