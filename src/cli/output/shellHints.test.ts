import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import type { Advice } from '../../diagnostics/advice.ts';
import { diagnostic } from '../../diagnostics/diagnostic.ts';
import { argumentsFor, forShell } from './shellHints.ts';

const hintFor = (...advice: readonly Advice[]): string | undefined =>
  forShell([diagnostic('shape-unknown', 'x', { hint: 'Do it.', advice })])[0]?.hint;

it('writes options as arguments, with entries of one option together', () => {
  expect(hintFor({ option: 'shape', input: 'x', dims: [1, 3, 8, -1] }, { option: 'shape', input: 'size', dims: [] })).toBe(
    'Do it. Use `--shape x=1,3,8,-1 --shape size=`.',
  );
  expect(hintFor({ option: 'const', input: 's r' }, { option: 'outputs', names: ['a', 'b'] })).toBe(
    "Do it. Use `--const 's r=VALUE'`, or `--output a --output b` to convert the part before it.",
  );
  expect(hintFor({ option: 'customLayers', types: ['A', 'B'] })).toBe('Do it. Use `--custom-layers A --custom-layers B`.');
});

it('marks example sizes', () => {
  expect(hintFor({ option: 'shape', input: 'x', dims: [1, 16], isExample: true })).toBe(
    'Do it. Use `--shape x=1,16`; the sizes of dynamic axes are examples.',
  );
});

it('writes placeholders for unknown values', () => {
  expect(hintFor({ option: 'shape' }, { option: 'const' }, { option: 'outputs', names: [] }, { option: 'maxEntries' })).toBe(
    'Do it. Use `--shape NAME=SIZES`, or `--const NAME=VALUE`, or `--output NAME`, or `--max-entries NUMBER`.',
  );
});

it('keeps a hint without options', () => {
  expect(hintFor()).toBe('Do it.');
});

it('quotes names for a shell', () => {
  const names = ['a b&c', "it's #1", 'größe/模型:0', 'x!y?%41', '`tick`', '$HOME', '\\"', '--output'];
  const words = argumentsFor({ option: 'outputs', names }).join(' ');
  const read = execFileSync('sh', ['-c', `printf '%s\\0' ${words}`], { encoding: 'utf8' }).split('\0');
  expect(read.slice(0, -1)).toEqual([...names.slice(0, -1).flatMap((name) => ['--output', name]), '--output=--output']);
});
