import { expect, it } from 'vitest';
import { makeNode, type Node } from '../../ir/graph.ts';
import { Tensor } from '../../ir/tensor.ts';
import { operatorsOf, rewriteNodes } from '../testing.ts';

it('merges Transposes', () => {
  const nodes = [makeNode('Transpose', ['x'], ['a'], { perm: [0, 2, 3, 1] }), makeNode('Transpose', ['a'], ['b'], { perm: [0, 2, 1, 3] })];
  const merged = rewriteNodes({ x: [1, 2, 3, 4] }, nodes, ['b']);
  expect(operatorsOf(merged)).toEqual(['Transpose']);
  expect(merged.nodes[0]?.attributes.get('perm')?.value).toEqual([0n, 3n, 2n, 1n]);
});

it('drops two Transposes that cancel out', () => {
  const nodes = [makeNode('Transpose', ['x'], ['a'], { perm: [0, 2, 3, 1] }), makeNode('Transpose', ['a'], ['b'], { perm: [0, 2, 1, 3] })];
  const back = [nodes[0], makeNode('Transpose', ['a'], ['c'], { perm: [0, 3, 1, 2] }), makeNode('Relu', ['c'], ['y'])].filter(
    (node) => node !== undefined,
  );
  expect(rewriteNodes({ x: [1, 2, 3, 4] }, back, ['y']).nodes).toMatchObject([{ operator: 'Relu', inputs: ['x'] }]);
});

it('reads through Identity', () => {
  const nodes = [makeNode('Identity', ['x'], ['a']), makeNode('Sigmoid', ['a'], ['s']), makeNode('Mul', ['x', 's'], ['y'])];
  expect(operatorsOf(rewriteNodes({ x: [1, 4] }, nodes, ['y']))).toEqual(['Swish']);
});

it('folds a CastLike of a constant, whatever its reference', () => {
  const nodes = [makeNode('CastLike', ['k', 'x'], ['c']), makeNode('Add', ['x', 'c'], ['y'])];
  const graph = rewriteNodes({ x: [1, 4] }, nodes, ['y'], { k: Tensor.int64([2n]) });
  expect(operatorsOf(graph)).toEqual(['Add']);
  expect(graph.constants.get('c')?.dtype).toBe('float32');
});

const weight = Tensor.of('float32', [1, 1, 3, 3], new Float32Array(9));
const conv = makeNode('Conv', ['p', 'w'], ['y'], { pads: [1, 0, 0, 0], kernel_shape: [3, 3] });

it('turns zeros around the plane into the padding of a Conv', () => {
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

it('keeps a Pad before an average that excludes its border', () => {
  const pads = Tensor.int64([0, 0, 1, 1, 0, 0, 1, 1]);
  const pool = makeNode('AveragePool', ['p'], ['y'], { kernel_shape: [3, 3] });
  const nodes = [makeNode('Pad', ['x', 'pads'], ['p']), pool];
  expect(operatorsOf(rewriteNodes({ x: [1, 1, 8, 8] }, nodes, ['y'], { pads }))).toEqual(['Pad', 'AveragePool']);
});

/** A Slice of an axis with its constants. */
function slice(source: string, output: string, axis: number, start: number, end: number): readonly [Node, Record<string, Tensor>] {
  const names = [`${output}.start`, `${output}.end`, `${output}.axis`];
  const constants = Object.fromEntries([start, end, axis].map((value, index) => [names[index], Tensor.int64([value])]));
  return [makeNode('Slice', [source, ...names], [output]), constants];
}

it('turns slices that partition an axis into one Split', () => {
  const [low, lowBounds] = slice('x', 'a', 1, 0, 2);
  const [high, highBounds] = slice('x', 'b', 1, -4, 1000);
  const nodes = [low, makeNode('Relu', ['a'], ['y']), high];
  const graph = rewriteNodes({ x: [1, 6, 4, 4] }, nodes, ['y', 'b'], { ...lowBounds, ...highBounds });
  expect(operatorsOf(graph)).toEqual(['Split', 'Relu', 'Identity']);
  const [split, relu] = graph.nodes;
  expect(graph.constants.get(split?.inputs[1] ?? '')?.toIntegers()).toEqual([2, 4]);
  expect(relu?.inputs).toEqual([split?.outputs[0]]);
});

it('takes single entries from the existing Split', () => {
  const entry = (output: string, index: number): Node => makeNode('Gather', ['x', `i${index}`], [output], { axis: 2 });
  const indices = { i0: Tensor.int64([0], []), i1: Tensor.int64([-1], []) };
  const nodes = [entry('a', 0), entry('b', 1), makeNode('Sub', ['b', 'a'], ['y'])];
  const graph = rewriteNodes({ x: [1, 5, 2, 4] }, nodes, ['y'], indices);
  expect(operatorsOf(graph)).toEqual(['Split', 'Squeeze', 'Squeeze', 'Sub']);
  expect(graph.nodes[2]?.inputs[0]).toBe(graph.nodes[0]?.outputs[1]);
  expect(graph.types.get('y')?.shape).toEqual([1, 5, 4]);
});

it.each([
  ['overlap', 3, 2],
  ['skip entries', 2, 3],
])('keeps slices that %s', (_what, end, start) => {
  const [low, lowBounds] = slice('x', 'a', 1, 0, end);
  const [high, highBounds] = slice('x', 'b', 1, start, 6);
  const graph = rewriteNodes({ x: [1, 6] }, [low, high], ['a', 'b'], { ...lowBounds, ...highBounds });
  expect(operatorsOf(graph)).toEqual(['Slice', 'Slice']);
});

it('drops states of zeros and unused states', () => {
  const zeros = (...shape: number[]): Tensor => Tensor.of('float32', shape, new Float32Array(shape.reduce((size, axis) => size * axis)));
  const constants = { w: zeros(1, 8, 3), r: zeros(1, 8, 2), h: zeros(1, 1, 2), c: Tensor.float32([0, 1], [1, 1, 2]) };
  const lstm = makeNode('LSTM', ['x', 'w', 'r', '', '', 'h', 'c'], ['y', 'yh', 'yc'], { hidden_size: 2 });
  const graph = rewriteNodes({ x: [4, 1, 3] }, [lstm], ['y', 'yc'], constants);
  expect(graph.nodes[0]?.inputs).toEqual(['x', 'w', 'r', '', '', '', 'c']);
  expect(graph.nodes[0]?.outputs).toEqual(['y', '', 'yc']);
});

it('merges repeated Concats along one axis', () => {
  const inner = makeNode('Concat', ['a', 'b'], ['ab'], { axis: 1 });
  const outer = makeNode('Concat', ['ab', 'a'], ['y'], { axis: -2 });
  const shapes = { a: [1, 2, 3], b: [1, 4, 3] };
  expect(rewriteNodes(shapes, [inner, outer], ['y']).nodes).toMatchObject([{ operator: 'Concat', inputs: ['a', 'b', 'a'] }]);
  expect(operatorsOf(rewriteNodes(shapes, [inner, outer], ['y', 'ab']))).toEqual(['Concat', 'Concat']);
  const across = makeNode('Concat', ['ab', 'ab2'], ['y'], { axis: 0 });
  const second = makeNode('Concat', ['b', 'a'], ['ab2'], { axis: 1 });
  expect(operatorsOf(rewriteNodes(shapes, [inner, second, across], ['y']))).toEqual(['Concat', 'Concat', 'Concat']);
});
