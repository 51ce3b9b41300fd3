import { expect, it } from 'vitest';
import { requestKeep } from './keep.ts';

const names = ['conv1', 'conv2', '/model/act', 'a*', 'a.b', 'conv1'];

it.each([
  [
    ['conv2', 'conv1'],
    ['conv1', 'conv2'],
  ],
  [['conv?'], ['conv1', 'conv2']],
  [['*/act'], ['/model/act']],
  [['a*'], ['a*']],
  [['a.b'], ['a.b']],
  [['*'], ['conv1', 'conv2', '/model/act', 'a*', 'a.b']],
  [undefined, []],
])('matches %j', (keep, matches) => {
  expect(requestKeep(keep, names)).toEqual({ names: matches, diagnostics: [] });
});

it('rejects a name that matches nothing', () => {
  const { diagnostics } = requestKeep(['conv3', 'x*'], names);
  expect(diagnostics.map(({ code, message }) => [code, message])).toEqual([
    ['name-unknown', 'the model has no tensor "conv3"'],
    ['name-unknown', 'the model has no tensor "x*"'],
  ]);
});
