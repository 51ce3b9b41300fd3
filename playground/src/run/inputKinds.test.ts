import { expect, it } from 'vitest';
import { inputKinds } from './inputKinds.ts';

it.each([
  [
    [1, 3, 320, 320],
    ['picture', 'random', 'array'],
  ],
  [
    [1, 224, 224, 3],
    ['picture', 'random', 'array'],
  ],
  [
    ['n', 3, 'h', 'w'],
    ['picture', 'random', 'array'],
  ],
  [
    [28, 28],
    ['picture', 'random', 'array'],
  ],
  [
    [1, 512],
    ['sound', 'random', 'array'],
  ],
  [
    ['n', 'samples'],
    ['sound', 'random', 'array'],
  ],
  [[16000], ['sound', 'random', 'array']],
  [
    [2, 1, 128],
    ['random', 'array'],
  ],
  [
    [1, 2, 300],
    ['random', 'array'],
  ],
  [
    [1, 16, 96],
    ['random', 'array', 'picture'],
  ],
  [[], ['random', 'array']],
])('for %j accepts %j', (shape, kinds) => {
  expect(inputKinds({ shape, dtype: 'float32' })).toEqual(kinds);
});

it('accepts no sound for integers', () => {
  expect(inputKinds({ shape: [1, 512], dtype: 'int64' })).toEqual(['random', 'array']);
});
