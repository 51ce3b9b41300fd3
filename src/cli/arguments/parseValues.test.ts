import { describe, expect, it } from 'vitest';
import { parseConstants, parseList, parseShapes } from './parseValues.ts';

describe('parseShapes', () => {
  it.each([
    ['x=1,3,224,224', { x: [1, 3, 224, 224] }],
    ['x=5', { x: [5] }],
    ['x=', { x: [] }],
    ['x=0,4', { x: [0, 4] }],
    ['a=b:c,d=2, 3', { 'a=b:c,d': [2, 3] }],
    ['#0=7', { '#0': [7] }],
  ])('reads %s', (text, shapes) => {
    expect(parseShapes([text])).toEqual(shapes);
  });

  it('keeps an input called __proto__', () => {
    expect(Object.entries(parseShapes(['__proto__=3']))).toEqual([['__proto__', [3]]]);
  });

  it.each(['x', '=1', 'x=1,', 'x=a', 'x=-2', 'x=1.5', 'x=1x3'])('rejects %s', (text) => {
    expect(() => parseShapes([text])).toThrow(`--shape ${text}`);
  });

  it('rejects two shapes of one input', () => {
    expect(() => parseShapes(['x=1', 'x=2'])).toThrow('given twice for "x"');
  });
});

describe('parseConstants', () => {
  it.each([
    ['sr=16000', 16000],
    ['x=-1.5e-3', -0.0015],
    ['x=.5', 0.5],
    ['x=true', true],
    ['x=False', false],
    ['x=1,true,2', [1, true, 2]],
    ['x=inf', Number.POSITIVE_INFINITY],
    ['x=-inf', Number.NEGATIVE_INFINITY],
    ['x=9223372036854775807', 9223372036854775807n],
    ['x=-9007199254740993,1', [-9007199254740993n, 1]],
  ])('reads %s', (text, value) => {
    expect(Object.values(parseConstants([text]))).toEqual([value]);
  });

  it('reads nan', () => {
    expect(parseConstants(['x=nan'])).toEqual({ x: Number.NaN });
  });

  it.each(['x=', 'x', 'x=yes', 'x=1,,2', 'x=0x10', 'x=1 2'])('rejects %s', (text) => {
    expect(() => parseConstants([text])).toThrow(`--const ${text}`);
  });
});

describe('parseList', () => {
  it('joins lists given in several options', () => {
    expect(parseList('--emit', ['param, bin', 'json'])).toEqual(['param', 'bin', 'json']);
  });

  it('rejects an empty entry', () => {
    expect(() => parseList('--emit', ['param,'])).toThrow('--emit has an empty entry');
  });
});
