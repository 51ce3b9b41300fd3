import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/diagnostics/catalogue/index.ts';
import { diagnosticsPage } from './diagnosticsPage.ts';

const root = path.resolve(import.meta.dirname, '../..');

describe('docs/diagnostics.md', () => {
  it('is up to date (run `npm run docs`)', () => {
    expect(readFileSync(path.join(root, 'docs/diagnostics.md'), 'utf8')).toBe(diagnosticsPage());
  });

  it('has a section for every code', () => {
    for (const code of Object.keys(catalogue)) expect(diagnosticsPage()).toContain(`### ${code}\n`);
  });
});

describe('the catalogue', () => {
  const names = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' });
  const sources = names.filter((name) => /(?<!\.test)\.ts$/.test(name) && name !== 'diagnostics.ts');
  const text = sources.map((name) => readFileSync(path.join(root, 'src', name), 'utf8')).join('\n');

  it.each(Object.keys(catalogue))('%s is reported by some code', (code) => {
    expect(text).toContain(`'${code}'`);
  });

  it.each(Object.entries(catalogue))('%s is described in whole sentences', (_code, { summary, remedy }) => {
    for (const sentence of [summary, remedy]) expect(sentence).toMatch(/^([`A-Z]|ncnn ).*[.]$/);
  });
});
