import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Figures, type GuardedModelRow, withFigures, withGuardedModels } from './figures.ts';

const root = path.resolve(import.meta.dirname, '../..');
const page = readFileSync(path.join(root, 'docs/conformance.md'), 'utf8');
const figures: readonly Figures[] = JSON.parse(readFileSync(path.join(root, 'test/conformance/figures.json'), 'utf8'));

describe('the figures of docs/conformance.md', () => {
  it('match the conformance run (run `npm run docs`)', () => {
    expect(page).toBe(withFigures(page, figures));
  });

  it('exist for exactly the listed sections', () => {
    const runner = readFileSync(path.join(root, 'test/conformance/sections.mjs'), 'utf8');
    const sections = [...runner.matchAll(/\{\s*name: '([\w-]+)',\s*compares:/g)].map((match) => match[1]);
    const names = figures.map(({ section }) => section);
    expect(sections.length).toBeGreaterThan(5);
    expect(names.filter((name) => !sections.includes(name))).toEqual([]);
    expect(names).toEqual(sections.filter((name) => name !== undefined && names.includes(name)));
  });

  it('change with the results of the run', () => {
    const [first, ...others] = figures;
    if (first === undefined) throw new Error('no figures');
    const changed = withFigures(page, [{ ...first, result: '1 of 7' }, ...others]);
    expect(changed).toMatch(/\| 1 of 7 +\|/);
    expect(withFigures(changed, figures)).toBe(page);
  });

  it('need their place in the page', () => {
    expect(() => withFigures('# no table', figures)).toThrow('no place');
  });
});

it('docs/phones.md has the models of the section `arm` (run `npm run docs`)', () => {
  const phones = readFileSync(path.join(root, 'docs/phones.md'), 'utf8');
  const models: readonly GuardedModelRow[] = JSON.parse(readFileSync(path.join(root, 'test/conformance/arm/guarded.json'), 'utf8'));
  expect(phones).toBe(withGuardedModels(phones, models));
  expect(models.length).toBeGreaterThan(5);
});
