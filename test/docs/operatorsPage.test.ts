import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isConverted, operatorsPage, refused } from './operatorsPage.ts';

describe('docs/operators.md', () => {
  it('is up to date (run `npm run docs`)', () => {
    const file = path.resolve(import.meta.dirname, '../../docs/operators.md');
    expect(readFileSync(file, 'utf8')).toBe(operatorsPage());
  });

  it.each(Object.keys(refused))('explains why %s is rejected', (name) => {
    expect(isConverted(name)).toBe(false);
  });
});
