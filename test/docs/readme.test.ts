import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { emitters } from '../../src/api.ts';
import { conversionOptions } from '../../src/cli/request.ts';
import { checkOptions } from '../../src/plugin/options.ts';
import { parseQuery } from '../../src/plugin/query.ts';

const root = path.resolve(import.meta.dirname, '../..');
const pages = ['README.md', 'docs/recipes.md'].map((name) => ({ name, text: readFileSync(path.join(root, name), 'utf8') }));
const all = pages.map(({ text }) => text).join('\n');
const blocks = [...all.matchAll(/```(?:ts|js)\n(.*?)```/gs)].map(([, code = '']) => code);

describe('what the documentation shows', () => {
  it('imports entries that the package has', () => {
    const entries = [...all.matchAll(/'unplugin-ncnn(\/[a-z]+)?'/g)].map(([, entry = '']) => `.${entry}`);
    expect(new Set(entries).size).toBeGreaterThan(8);
    for (const entry of entries) expect(Object.keys(manifest.exports)).toContain(entry);
  });

  it('gives options that the plugin takes', () => {
    const given = blocks.flatMap((code) => [...code.matchAll(/ncnn\((\{.*?\n\})\)/gs)].map(([, text = '']) => text));
    expect(given.length).toBeGreaterThan(0);
    for (const text of given) expect(() => checkOptions(new Function(`return (${text});`)())).not.toThrow();
  });

  it('writes queries that are understood', () => {
    const queries = [...all.matchAll(/from '[^'?]+\?([^']*ncnn)'/g)].map(([, query = '']) => query);
    expect(queries.length).toBeGreaterThan(5);
    for (const query of queries) expect(parseQuery(query, 'net.onnx').diagnostics).toEqual([]);
  });

  it('names every option of a conversion, every form, and none that is not there', () => {
    const [readme] = pages;
    for (const name of Object.keys(conversionOptions)) expect(readme?.text).toContain(`--${name}`);
    for (const form of emitters.keys()) expect(readme?.text).toContain(`\`${form}\``);
  });

  it.each(pages)('$name links to what is there', ({ name, text }) => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, link = '']) => link);
    for (const link of links) expect(existsSync(path.resolve(root, path.dirname(name), link)), link).toBe(true);
  });
});
