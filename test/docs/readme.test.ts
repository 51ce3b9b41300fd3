import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { convert, emitters } from '../../src/api.ts';
import { conversionOptions } from '../../src/cli/arguments/conversionOptions.ts';
import { verificationOptions } from '../../src/cli/arguments/verificationOptions.ts';
import { commands } from '../../src/cli/commands/index.ts';
import { catalogue } from '../../src/diagnostics/catalogue/index.ts';
import { parseQuery, queryParameterNames } from '../../src/project/imports/query.ts';
import { checkOptions } from '../../src/project/options/checkOptions.ts';
import { modelEntries, pluginEntries } from '../../src/project/options/optionEntries.ts';

const root = path.resolve(import.meta.dirname, '../..');
const pageNames = readdirSync(path.join(root, 'docs')).filter((name) => name.endsWith('.md'));
const names = ['README.md', 'CONTRIBUTING.md', ...pageNames.map((name) => `docs/${name}`)];
const pages = names.map((name) => ({ name, text: readFileSync(path.join(root, name), 'utf8') }));
const all = pages.map(({ text }) => text).join('\n');

function page(name: string): string {
  const text = pages.find((entry) => entry.name === name)?.text;
  if (text === undefined) throw new Error(`there is no page ${name}`);
  return text;
}

/** The code in the first column of a table. */
function firstColumn(text: string, head: RegExp): readonly string[] {
  const rows = (head.exec(text)?.[0] ?? '').split('\n').slice(2);
  return rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, code = '']) => code));
}

const readme = page('README.md');
const blocks = [...all.matchAll(/```(?:ts|js)\n(.*?)```/gs)].map(([, code = '']) => code);

describe('the documentation', () => {
  it('imports only existing package entries', () => {
    const entries = [...all.matchAll(/'unplugin-ncnn(\/[a-z]+)?'/g)].map(([, entry = '']) => `.${entry}`);
    expect(new Set(entries).size).toBeGreaterThan(8);
    for (const entry of entries) expect(Object.keys(manifest.exports)).toContain(entry);
  });

  it('shows valid plugin options', () => {
    const optionBlocks = blocks.flatMap((code) => [...code.matchAll(/ncnn\((\{.*?\n\})\)/gs)].map(([, text = '']) => text));
    expect(optionBlocks.length).toBeGreaterThan(0);
    for (const text of optionBlocks) expect(() => checkOptions(new Function(`return (${text});`)())).not.toThrow();
  });

  it('lists every parameter of a query', () => {
    const parameters = firstColumn(page('docs/modules.md'), /\| query .*?\n\n/s).map((code) => code.replace(/=.*/, ''));
    expect([...parameters].sort()).toEqual([...queryParameterNames].sort());
  });

  it('lists every command', () => {
    const shown = [...page('docs/cli.md').matchAll(/npx unplugin-ncnn (\w+)/g)].map(([, name]) => name);
    expect([...new Set(shown)].sort()).toEqual(commands.map(({ name }) => name).sort());
    expect([...firstColumn(page('docs/cli.md'), /\| command .*?\n\n/s)].sort()).toEqual(commands.map(({ name }) => name).sort());
  });

  it('shows existing options in the README', () => {
    const options = firstColumn(readme, /\| option .*?\n\n/s);
    expect(options.length).toBeGreaterThan(5);
    for (const option of options) expect([...Object.keys(modelEntries), ...Object.keys(pluginEntries)]).toContain(option);
  });

  it('explains existing codes only', () => {
    const table = /\| you see .*?\n\n/s.exec(readme)?.[0] ?? '';
    const codes = [...table.matchAll(/`([a-z]+-[a-z-]+)`(?=[^|]*\|[^|]*\|\n)/g)].map(([, code = '']) => code);
    expect(codes.length).toBeGreaterThan(7);
    for (const code of codes) expect(Object.keys(catalogue)).toContain(code);
  });

  it('converts what its recipes import from packages', async () => {
    const imports = [...all.matchAll(/from '(@?[\w-]+\/[^'?]+\.onnx)\?([^']*)'/g)];
    expect(imports.length).toBeGreaterThan(4);
    for (const [, model = '', query = ''] of imports) {
      const { options, diagnostics } = parseQuery(query, model);
      expect(diagnostics).toEqual([]);
      await expect(convert(path.join(root, 'node_modules', model), options), model).resolves.toHaveProperty('artifact');
    }
  });

  it('shows valid queries', () => {
    const queries = [...all.matchAll(/from '[^'?]+\?([^']*ncnn)'/g)].map(([, query = '']) => query);
    expect(queries.length).toBeGreaterThan(5);
    for (const query of queries) expect(parseQuery(query, 'net.onnx').diagnostics).toEqual([]);
  });

  it('names every option of a conversion', () => {
    for (const name of Object.keys({ ...conversionOptions, ...verificationOptions })) expect(page('docs/cli.md')).toContain(`--${name}`);
  });

  it('names every form', () => {
    for (const form of emitters.keys()) expect(`${page('docs/cli.md')}${page('docs/native.md')}`).toContain(`\`${form}\``);
  });

  it('has a README of at most 250 lines', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(250);
  });

  it('lists every page in the index', () => {
    for (const name of pageNames) if (name !== 'README.md') expect(page('docs/README.md')).toContain(`](${name})`);
  });

  it('publishes what the README links to', () => {
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(20);
    for (const link of links) expect(manifest.files).toContain(link.split('/')[0]);
  });

  it.each(pages)('$name has no broken links', ({ name, text }) => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, link = '']) => link);
    for (const link of links) expect(existsSync(path.resolve(root, path.dirname(name), link)), link).toBe(true);
  });
});
