import { describe, expect, it } from 'vitest';
import { describeOptions, type OptionSpecs, parseArguments } from './usage.ts';

const specs: OptionSpecs = {
  'out-dir': { short: 'o', value: 'DIR', help: 'where to' },
  shape: { value: 'NAME=DIMS', multiple: true, help: 'shape' },
  json: { help: 'as JSON' },
};

const values = (words: readonly string[]) => Object.fromEntries(parseArguments(words, specs).values);

describe('parseArguments', () => {
  it('keeps values as text', () => {
    expect(values(['--shape', 'x=1,3', '--shape', '5', '-o', '007'])).toEqual({ shape: ['x=1,3', '5'], 'out-dir': ['007'] });
  });

  it('splits an inline value at the first = only', () => {
    expect(values(['--shape=a=b=1'])).toEqual({ shape: ['a=b=1'] });
  });

  it('accepts an empty inline value', () => {
    expect(values(['--shape='])).toEqual({ shape: [''] });
  });

  it('collects positionals between options and after --', () => {
    expect(parseArguments(['a', '--json', 'b', '--', '--json'], specs).positionals).toEqual(['a', 'b', '--json']);
  });

  it.each([
    [['--shpae', 'x=1'], 'unknown option --shpae; did you mean --shape?'],
    [['-x'], 'unknown option -x'],
    [['--constructor'], 'unknown option --constructor'],
    [['--shape'], '--shape needs a value: --shape NAME=DIMS'],
    [['--shape', '--json'], '--shape needs a value: --shape NAME=DIMS'],
    [['-o', 'a', '--out-dir', 'b'], '--out-dir is given twice'],
    [['--json=yes'], '--json takes no value'],
  ])('rejects %j', (words, message) => {
    expect(() => parseArguments(words, specs)).toThrow(message);
  });
});

it('aligns the options in the help', () => {
  expect(describeOptions(specs)).toEqual([
    '  -o, --out-dir DIR      where to',
    '      --shape NAME=DIMS  shape',
    '      --json             as JSON',
  ]);
});
