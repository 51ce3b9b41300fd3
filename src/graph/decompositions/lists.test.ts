import { expect, it } from 'vitest';
import { type Graph, makeNode, type Node } from '../ir/graph.ts';
import { Tensor } from '../ir/tensor.ts';
import { inferAndFold } from '../stages/infer.ts';

const vector = (...values: readonly number[]): Tensor => Tensor.of('float32', [values.length], Float32Array.from(values));
const at = (place: number): Tensor => Tensor.int64([place], []);

function run(nodes: readonly Node[], constants: Readonly<Record<string, Tensor>>): readonly number[] | undefined {
  const graph: Graph = { name: '', inputs: [], outputs: ['y'], nodes, constants: new Map(Object.entries(constants)), types: new Map() };
  const { graph: folded, diagnostics } = inferAndFold(graph);
  expect(diagnostics).toEqual([]);
  const value = folded.constants.get('y')?.toFloat64();
  return value && [...value];
}

const [a, b, c] = [vector(1, 2), vector(3, 4), vector(5, 6)];
const list = makeNode('SequenceConstruct', ['a', 'b', 'c'], ['s']);

it('inserts, erases and reads elements of a sequence', () => {
  const nodes = [
    makeNode('SequenceEmpty', [], ['empty']),
    makeNode('SequenceInsert', ['empty', 'a'], ['one']),
    makeNode('SequenceInsert', ['one', 'b'], ['two']),
    makeNode('SequenceInsert', ['two', 'c', 'front'], ['three']),
    makeNode('SequenceErase', ['three', 'last'], ['s']),
    makeNode('ConcatFromSequence', ['s'], ['y'], { axis: 0 }),
  ];
  expect(run(nodes, { a, b, c, front: at(0), last: at(-1) })).toEqual([5, 6, 1, 2]);
  expect(run([list, makeNode('SequenceAt', ['s', 'i'], ['y'])], { a, b, c, i: at(-2) })).toEqual([3, 4]);
  expect(run([list, makeNode('SequenceLength', ['s'], ['y'])], { a, b, c })).toEqual([3]);
});

it('stacks entries on a new axis', () => {
  expect(run([list, makeNode('ConcatFromSequence', ['s'], ['y'], { axis: 1, new_axis: 1 })], { a, b, c })).toEqual([1, 3, 5, 2, 4, 6]);
});

it('splits by one size, by sizes and into single entries', () => {
  const x = vector(1, 2, 3, 4, 5);
  const second = makeNode('SequenceAt', ['s', 'i'], ['y']);
  expect(run([makeNode('SplitToSequence', ['x', 'n'], ['s']), second], { x, n: at(2), i: at(2) })).toEqual([5]);
  expect(run([makeNode('SplitToSequence', ['x', 'n'], ['s']), second], { x, n: Tensor.int64([1, 4]), i: at(1) })).toEqual([2, 3, 4, 5]);
  expect(run([makeNode('SplitToSequence', ['x'], ['s'], { keepdims: 0 }), second], { x, i: at(3) })).toEqual([4]);
});

it('computes the body for each entry of a sequence', () => {
  const body: Graph = {
    name: 'body',
    inputs: ['entry', 'other'].map((name) => ({ name, type: { dtype: 'float32', shape: undefined } })),
    outputs: ['sum'],
    nodes: [makeNode('Add', ['entry', 'other'], ['sum'])],
    constants: new Map(),
    types: new Map(),
  };
  const nodes = [list, makeNode('SequenceMap', ['s', 'a'], ['t'], { body: { kind: 'graph', value: body } })];
  expect(run([...nodes, makeNode('ConcatFromSequence', ['t'], ['y'], { axis: 0 })], { a, b, c })).toEqual([2, 4, 4, 6, 6, 8]);
});

it('treats an optional value as the value', () => {
  const optional = makeNode('Optional', ['a'], ['o']);
  expect(run([optional, makeNode('OptionalGetElement', ['o'], ['y'])], { a })).toEqual([1, 2]);
  expect(run([optional, makeNode('OptionalHasElement', ['o'], ['y'])], { a })).toEqual([1]);
  expect(run([makeNode('OptionalHasElement', [], ['y'])], {})).toEqual([0]);
});

it('keeps a SequenceAt with a dynamic index', () => {
  const graph: Graph = {
    name: '',
    inputs: [{ name: 'i', type: { dtype: 'int64', shape: [] } }],
    outputs: ['y'],
    nodes: [list, makeNode('SequenceAt', ['s', 'i'], ['y'])],
    constants: new Map(Object.entries({ a, b, c })),
    types: new Map(),
  };
  expect(inferAndFold(graph).graph.nodes.map(({ operator }) => operator)).toEqual(['SequenceConstruct', 'SequenceAt']);
});
