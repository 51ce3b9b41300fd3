import { describe, expect, it } from 'vitest';
import { parseTextProto, type TextMessage, TextProtoError, type TextValue } from './textProto.ts';

function plain(message: TextMessage): unknown {
  const value = (entry: TextValue): unknown =>
    entry.kind === 'message' ? plain(entry.message) : entry.kind === 'number' ? entry.value : entry.text;
  return message.fields.map(({ name, values }) => [name, ...values.map(value)]);
}

function faultOf(text: string): string {
  try {
    parseTextProto(text);
  } catch (error) {
    if (error instanceof TextProtoError) return `${error.position.line}:${error.position.column} ${error.message}`;
  }
  return 'none';
}

describe('values', () => {
  it.each([
    ['a: 1', [['a', 1]]],
    [
      'a: -0x1F b: 017 c: 1.5e-3f d: .5 e: 1.',
      [
        ['a', -31],
        ['b', 15],
        ['c', 0.0015],
        ['d', 0.5],
        ['e', 1],
      ],
    ],
    [
      'a: +inf b: -inf c: -infinity',
      [
        ['a', Infinity],
        ['b', -Infinity],
        ['c', -Infinity],
      ],
    ],
    [
      'a: inf b: MAX c: true',
      [
        ['a', 'inf'],
        ['b', 'MAX'],
        ['c', 'true'],
      ],
    ],
    ['a: [1, 2, 3] a: []', [['a', 1, 2, 3], ['a']]],
    [
      `a: "x\\ty" 'z' b: '\\x41\\101\\u00e9\\"'`,
      [
        ['a', 'x\tyz'],
        ['b', 'AAé"'],
      ],
    ],
    ['a: "\\303\\251"', [['a', 'é']]],
  ])('reads %s', (text, expected) => {
    expect(plain(parseTextProto(text))).toEqual(expected);
  });
});

it('reads messages, extensions, separators and comments', () => {
  const text = '\ufeff# head\na { b: 1; c < d: 2 >, } # tail { \n[fork.ext]: 3 [type.googleapis.com/x.Y] { e: 4 } f: { }';
  expect(plain(parseTextProto(text))).toEqual([
    [
      'a',
      [
        ['b', 1],
        ['c', [['d', 2]]],
      ],
    ],
    ['[fork.ext]', 3],
    ['[type.googleapis.com/x.Y]', [['e', 4]]],
    ['f', []],
  ]);
});

it('reads long lines in linear time', () => {
  expect(parseTextProto('a: 1 '.repeat(100000)).fields).toHaveLength(100000);
});

it('knows every source position', () => {
  const [first, second] = parseTextProto('a: 1\n  b {\n c: MAX }').fields;
  expect(first?.position).toEqual({ line: 1, column: 1 });
  expect(second?.position).toEqual({ line: 2, column: 3 });
  const [message] = second?.values ?? [];
  expect(message?.kind === 'message' && message.message.fields[0]?.values[0]?.position).toEqual({ line: 3, column: 5 });
});

it.each([
  ['a {\n  b: 1\n', '3:1 expected the name of a field or "}", found the end of the file'],
  ['a: 1\n}', '2:1 expected the name of a field, found "}"'],
  ['a b', '1:3 expected ":" or "{" after "a", found "b"'],
  ['a: }', '1:4 expected a value, found "}"'],
  ['a: -x', '1:5 expected a number, found "x"'],
  ['a: [1 2]', '1:7 expected "," or "]", found "2"'],
  ['a: "x\nb: 1', '1:4 expected a closing " on the same line'],
  ['a < b: 1 }', '1:10 expected the name of a field or ">", found "}"'],
  ['a {'.repeat(200), '1:303 messages are nested deeper than 100'],
])('reports what is wrong with %j', (text, expected) => {
  expect(faultOf(text)).toBe(expected);
});
