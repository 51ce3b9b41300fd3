import { expect, it } from 'vitest';
import type { Advice } from '../../diagnostics/advice.ts';
import { diagnostic } from '../../diagnostics/diagnostic.ts';
import { forImports, queryParameters } from './importHints.ts';
import { parseQuery } from './query.ts';

const hintFor = (...advice: readonly Advice[]): string | undefined =>
  forImports([diagnostic('shape-unknown', 'x', { hint: 'Do it.', advice })])[0]?.hint;

it('writes options as a query and as plugin configuration', () => {
  expect(hintFor({ option: 'shape', input: 'x', dims: [1, 3, 8, -1] }, { option: 'shape', input: 'the size', dims: [] })).toBe(
    'Do it. Use `?shape=x:1,3,8,-1&shape=the%20size:&ncnn` (the option `shape: { x: [1, 3, 8, -1], "the size": [] }`).',
  );
  expect(hintFor({ option: 'outputs', names: ['a', 'b'] })).toBe(
    'Do it. Use `?output=a&output=b&ncnn` (the option `outputs: ["a", "b"]`) to convert the part before it.',
  );
  expect(hintFor({ option: 'optimize', value: false })).toBe('Do it. Use `?optimize=false&ncnn` (the option `optimize: false`).');
});

it('writes options that no query can express only as configuration', () => {
  expect(hintFor({ option: 'allowOutside' })).toBe('Do it. Use the option `allowOutside: true`.');
  expect(hintFor({ option: 'customLayers', types: ['My'] })).toBe('Do it. Use the option `customLayers: ["My"]`.');
  expect(hintFor({ option: 'fp32Layers', layers: ['fc'] })).toBe('Do it. Use the option `fp32Layers: ["fc"]`.');
  expect(hintFor({ option: 'maxEntries', value: 10 })).toBe('Do it. Use the option `maxEntries: 10`.');
});

it('writes placeholders for unknown values', () => {
  expect(hintFor({ option: 'const' }, { option: 'shape' }, { option: 'outputs', names: [] })).toBe(
    'Do it. Use `?const=NAME:VALUE&ncnn` (the option `const: { NAME: VALUE }`), or `?shape=NAME:SIZES&ncnn` (the option `shape: { NAME: [SIZES] }`), or `?output=NAME&ncnn` (the option `outputs: ["NAME"]`).',
  );
});

it('escapes special characters of a query', () => {
  const names = ['a b&c', "it's #1", 'größe/模型:0', 'x!y?%41', '`tick`', '--output', 'a=b', '$HOME', '\\"'];
  const { options, diagnostics } = parseQuery(`ncnn&${queryParameters({ option: 'outputs', names }).join('&')}`, 'net.onnx');
  expect([options.outputs, diagnostics]).toEqual([names, []]);
});
