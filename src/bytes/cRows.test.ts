import { describe, expect, it } from 'vitest';
import { literalRows, numberRows } from './cRows.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (pieces: Iterable<Uint8Array>): string => [...pieces].map((piece) => new TextDecoder().decode(piece)).join('');

/** The bytes of string literals in C. */
function compiled(source: string): readonly number[] {
  const inside = source.replaceAll(/"\n?/g, '');
  return [...inside.matchAll(/\\([0-7]{1,3})|([^\\])/g)].map(([, octal, plain]) =>
    octal ? Number.parseInt(octal, 8) : (plain?.charCodeAt(0) ?? -1),
  );
}

describe('string literals', () => {
  it.each([
    ['plain text', bytesOf('conv1 ~!'), '"conv1 ~!"'],
    ['characters that end a literal or an escape', bytesOf('a"b\\c'), '"a\\42b\\134c"'],
    ['trigraphs', bytesOf('??='), '"\\77\\77="'],
    ['escapes before digits', Uint8Array.of(0, 0x30, 7, 0x37, 1, 0x38, 0xff, 0x31), '"\\0000\\0077\\18\\3771"'],
    ['line breaks and non-ASCII bytes', Uint8Array.of(0x0a, 0x7f, 0x80, 0xe9), '"\\12\\177\\200\\351"'],
  ])('are written for %s', (_, bytes, source) => {
    expect(textOf(literalRows([bytes]))).toBe(`${source}\n`);
  });

  it('support all pairs of bytes, across rows and chunks of any length', () => {
    const pairs = Uint8Array.from({ length: 2 ** 17 }, (_, index) => (index % 2 === 0 ? index >> 9 : index >> 1));
    const chunks = [pairs.subarray(0, 3), pairs.subarray(3, 3), pairs.subarray(3, 70_001), pairs.subarray(70_001)];
    const source = textOf(literalRows(chunks));
    expect(Uint8Array.from(compiled(source))).toEqual(pairs);
    expect(source).toMatch(/^(?:"[ -~]*"\n)+$/);
  });
});

it('writes numbers with a trailing comma in rows', () => {
  expect(textOf(numberRows([Uint8Array.of(0, 10), Uint8Array.of(255)]))).toBe('0,10,255,\n');
  const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index * 7);
  const rows = textOf(numberRows([bytes.subarray(0, 5), bytes.subarray(5)]))
    .trim()
    .split('\n');
  expect(rows.map((row) => row.split(',').length - 1)).toEqual([65_536, 34_464]);
  expect(Uint8Array.from(rows.join('').split(',').slice(0, -1), Number)).toEqual(bytes);
});

it('writes nothing for no numbers', () => {
  expect([...literalRows([]), ...numberRows([new Uint8Array()])]).toEqual([]);
});
