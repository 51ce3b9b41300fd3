import { expect, it } from 'vitest';
import { scanJson } from './jsonScan.ts';

it.each([
  ['{"a":[1,2,{"b":null}]}', { depth: 3, isPlain: true }],
  ['"N [{\\"I"', { depth: 0, isPlain: true }],
  ['[NaN]', { depth: 1, isPlain: false }],
  ['[-Infinity]', { depth: 1, isPlain: false }],
  ['[9223372036854775807]', { depth: 1, isPlain: false }],
  ['[123456789012345]', { depth: 1, isPlain: true }],
  ['["\\\\", [1]]', { depth: 2, isPlain: true }],
])('counts %s', (text, expected) => {
  expect(scanJson(text)).toMatchObject(expected);
});

it('counts at least the existing values', () => {
  expect(scanJson('{"a":[1,2,{"b":null}]}').values).toBeGreaterThanOrEqual(6);
});
