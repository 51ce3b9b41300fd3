import { expect, it } from 'vitest';
import { makeNode } from '../graph.ts';
import { Tensor } from '../tensor.ts';
import { operatorsOf, rewriteNodes } from './testing.ts';

it('merges Transposes, and drops a pair that undoes itself', () => {
  const nodes = [makeNode('Transpose', ['x'], ['a'], { perm: [0, 2, 3, 1] }), makeNode('Transpose', ['a'], ['b'], { perm: [0, 2, 1, 3] })];
  const merged = rewriteNodes({ x: [1, 2, 3, 4] }, nodes, ['b']);
  expect(operatorsOf(merged)).toEqual(['Transpose']);
  expect(merged.nodes[0]?.attributes.get('perm')?.value).toEqual([0n, 3n, 2n, 1n]);
  const back = [nodes[0], makeNode('Transpose', ['a'], ['c'], { perm: [0, 3, 1, 2] }), makeNode('Relu', ['c'], ['y'])].filter(
    (node) => node !== undefined,
  );
  expect(rewriteNodes({ x: [1, 2, 3, 4] }, back, ['y']).nodes).toMatchObject([{ operator: 'Relu', inputs: ['x'] }]);
});

it('reads through Identity', () => {
  const nodes = [makeNode('Identity', ['x'], ['a']), makeNode('Sigmoid', ['a'], ['s']), makeNode('Mul', ['x', 's'], ['y'])];
  expect(operatorsOf(rewriteNodes({ x: [1, 4] }, nodes, ['y']))).toEqual(['Swish']);
});

it('folds a CastLike of a constant, whatever it is like', () => {
  const nodes = [makeNode('CastLike', ['k', 'x'], ['c']), makeNode('Add', ['x', 'c'], ['y'])];
  const graph = rewriteNodes({ x: [1, 4] }, nodes, ['y'], { k: Tensor.int64([2n]) });
  expect(operatorsOf(graph)).toEqual(['Add']);
  expect(graph.constants.get('c')?.dtype).toBe('float32');
});

const weight = Tensor.of('float32', [1, 1, 3, 3], new Float32Array(9));
const conv = makeNode('Conv', ['p', 'w'], ['y'], { pads: [1, 0, 0, 0], kernel_shape: [3, 3] });

it('makes zeros around the plane the padding of a Conv', () => {
  const pads = Tensor.int64([0, 0, 1, 2, 0, 0, 3, 4]);
  const graph = rewriteNodes({ x: [1, 1, 8, 8] }, [makeNode('Pad', ['x', 'pads'], ['p']), conv], ['y'], { pads, w: weight });
  expect(graph.nodes).toMatchObject([{ operator: 'Conv', inputs: ['x', 'w'] }]);
  expect(graph.nodes[0]?.attributes.get('pads')?.value).toEqual([2n, 2n, 3n, 4n]);
});

it.each([
  ['other values', { value: Tensor.float32([1]), pads: Tensor.int64([0, 0, 1, 1, 0, 0, 1, 1]) }, {}],
  ['mirrored entries', { value: Tensor.float32([0]), pads: Tensor.int64([0, 0, 1, 1, 0, 0, 1, 1]) }, { mode: 'reflect' }],
  ['crops', { value: Tensor.float32([0]), pads: Tensor.int64([0, 0, -1, 1, 0, 0, 1, 1]) }, {}],
])('keeps a Pad with %s', (_what, constants, attributes) => {
  const nodes = [makeNode('Pad', ['x', 'pads', 'value'], ['p'], attributes), conv];
  expect(operatorsOf(rewriteNodes({ x: [1, 1, 8, 8] }, nodes, ['y'], { ...constants, w: weight }))).toEqual(['Pad', 'Conv']);
});

it('keeps a Pad before an average that leaves its own border out', () => {
  const pads = Tensor.int64([0, 0, 1, 1, 0, 0, 1, 1]);
  const pool = makeNode('AveragePool', ['p'], ['y'], { kernel_shape: [3, 3] });
  const nodes = [makeNode('Pad', ['x', 'pads'], ['p']), pool];
  expect(operatorsOf(rewriteNodes({ x: [1, 1, 8, 8] }, nodes, ['y'], { pads }))).toEqual(['Pad', 'AveragePool']);
});
