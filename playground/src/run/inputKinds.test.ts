import { expect, it } from 'vitest';
import { inputKinds } from './inputKinds.ts';

it.each([
  [
    [1, 3, 320, 320],
    ['picture', 'random'],
  ],
  [
    [1, 224, 224, 3],
    ['picture', 'random'],
  ],
  [
    ['n', 3, 'h', 'w'],
    ['picture', 'random'],
  ],
  [
    [28, 28],
    ['picture', 'random'],
  ],
  [
    [1, 512],
    ['sound', 'random'],
  ],
  [
    ['n', 'samples'],
    ['sound', 'random'],
  ],
  [[16000], ['sound', 'random']],
  [[2, 1, 128], ['random']],
  [[1, 2, 300], ['random']],
  [
    [1, 16, 96],
    ['random', 'picture'],
  ],
  [[], ['random']],
])('takes for %j %j', (shape, kinds) => {
  expect(inputKinds({ shape, dtype: 'float32' })).toEqual(kinds);
});

it('takes no sound for integers', () => {
  expect(inputKinds({ shape: [1, 512], dtype: 'int64' })).toEqual(['random']);
});
