import { expect, it } from 'vitest';
import { Budget } from '../../../budget/budget.ts';
import { isJsonObject, parsePythonJson } from './json.ts';

const parse = (text: string): unknown => parsePythonJson(text, 'model.json');

it('reads standard JSON', () => {
  const text = ' {"a": [1, -2.5, 1e3, true, null], "b\\u0041\\n\\\\\\"": {}, "c": [], "": "\\ud83d\\ude00"}\n';
  expect(parse(text)).toEqual(JSON.parse(text));
});

it('reads Python extensions', () => {
  expect(parse('[NaN, Infinity, -Infinity, 9223372036854775807, -9007199254740993, 9007199254740991]')).toEqual([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    9223372036854775807n,
    -9007199254740993n,
    9007199254740991,
  ]);
});

it('keeps keys with a special meaning in JavaScript', () => {
  const parsed = parse('{"__proto__": 1, "constructor": 2}');
  expect(Object.entries(Object(parsed))).toEqual([
    ['__proto__', 1],
    ['constructor', 2],
  ]);
});

it.each(['', '{', '[1,]', '{"a"}', '{"a":1,}', '[1 2]', '01', '"a', 'nul', '[1]]', "{'a':1}"])('rejects %s', (text) => {
  expect(() => parse(text)).toThrow(/^model\.json:1:\d+: /);
});

it('limits the depth', () => {
  expect(() => parse('['.repeat(300) + ']'.repeat(300))).toThrow('nested deeper than 200 levels');
});

it('limits the number of values', () => {
  expect(() => parsePythonJson('[1,2,3]', 'model.json', new Budget({ maxEntries: 3 }))).toThrow('more than 3 messages, fields and values');
});

it('distinguishes objects, lists and null', () => {
  expect(['{}', '[]', 'null', '1'].map((text) => isJsonObject(parsePythonJson(text, 'model.json')))).toEqual([true, false, false, false]);
});
