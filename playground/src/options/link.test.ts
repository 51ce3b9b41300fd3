import { expect, it } from 'vitest';
import { type LinkContents, linkOf, readLink } from './link.ts';

const cases: readonly LinkContents[] = [
  { example: 'text', options: { shape: { x: [1, 3, 320, 320] } } },
  { example: undefined, options: { const: { 'a&b': 2 }, precision: 'fp16', optimize: false } },
  { example: undefined, options: { optimize: ['fuse_gate'], fp32Layers: ['ä', 'b"'], maxSteps: 7 } },
];

it.each(cases)('keeps %j', (contents) => {
  expect(readLink(`#${linkOf(contents)}`)).toEqual(contents);
});

it.each(['', '#', '#shape=x', '#more=%', '#more=[1]', '#unknown=1'])('ignores %j', (hash) => {
  expect(readLink(hash)).toBeUndefined();
});
