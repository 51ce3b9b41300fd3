import { expect, it } from 'vitest';
import { makeNode } from './graph.ts';
import { originIn } from './origin.ts';
import { graphOf } from './testing.ts';

it('finds nodes by their own names and by the names of derived nodes', () => {
  const nodes = [makeNode('Relu', ['x'], ['/a/b']), makeNode('Relu', ['/a/b'], ['y'])];
  const origin = originIn(graphOf({ x: [1] }, nodes, ['y']));
  expect(['/a/b', '/a/b/Mul/Add', 'y/Mul', '/a', 'yy', ''].map(origin)).toEqual([0, 0, 1, undefined, undefined, undefined]);
});
