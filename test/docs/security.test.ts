import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { limits } from '../../src/budget/limits.ts';

const root = path.resolve(import.meta.dirname, '../..');
const page = readFileSync(path.join(root, 'SECURITY.md'), 'utf8');

/** The cells of each row of a table with the given heading. */
function rowsBelow(heading: string): readonly (readonly string[])[] {
  const lines = page.split('\n');
  const first = lines.findIndex((line) => line.trim().startsWith(`| ${heading} `)) + 2;
  const length = lines.slice(first).findIndex((line) => !line.trim().startsWith('|'));
  const rows = lines.slice(first, length < 0 ? undefined : first + length);
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

function packageFile(name: string): { readonly license?: string; readonly scripts?: Readonly<Record<string, string>> } {
  return JSON.parse(readFileSync(path.join(root, 'node_modules', name, 'package.json'), 'utf8'));
}

it('lists every dependency with its license', () => {
  const found = Object.keys(manifest.dependencies).map((name) => [name, packageFile(name).license]);
  expect(rowsBelow('package')).toEqual(found.sort());
});

it('lists the current limits', () => {
  const found = Object.values(limits).map(({ option, base, perByte }) => [option, [base, perByte < 1 ? 1 / perByte : perByte].join()]);
  const listed = rowsBelow('option').map(([option, , without = '']) => {
    const [base = 0, perByte = 1] = [...without.matchAll(/\d+/g)].map(Number);
    return [option, [base, perByte].join()];
  });
  expect(listed).toEqual(found);
});

it('has no dependency with an install script', () => {
  for (const name of Object.keys(manifest.dependencies)) {
    const scripts = Object.keys(packageFile(name).scripts ?? {}).filter((script) => /^(?:pre|post)?install$/.test(script));
    expect([name, scripts]).toEqual([name, []]);
  }
});
