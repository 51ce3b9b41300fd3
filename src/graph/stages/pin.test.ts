import { expect, it } from 'vitest';
import { type Graph, makeNode } from '../ir/graph.ts';
import { pin } from './pin.ts';

const graph: Graph = {
  name: 'test',
  inputs: [
    { name: 'x', type: { dtype: 'float32', shape: ['N', 3, 'H', 'W'] } },
    { name: 'mask', type: { dtype: 'bool', shape: ['N', 2] } },
    { name: 'rate=a:b', type: { dtype: 'int64', shape: [] } },
  ],
  outputs: ['z'],
  nodes: [makeNode('Relu', ['x'], ['y']), makeNode('Relu', ['y'], ['z'])],
  constants: new Map(),
  types: new Map(),
};

it('gives a symbol the same size on every input', () => {
  const pinned = pin(graph, { shape: { x: [2, 3, 8, 9] } });
  expect(pinned.diagnostics).toEqual([]);
  expect(pinned.graph.inputs.map((input) => input.type.shape)).toEqual([[2, 3, 8, 9], [2, 2], []]);
});

it('keeps axes dynamic that are given as -1', () => {
  const pinned = pin(graph, { shape: { x: [1, 3, 48, -1] } });
  expect(pinned.diagnostics).toEqual([]);
  expect(pinned.graph.inputs.map(({ type }) => type.shape)).toEqual([[1, 3, 48, 'W'], [1, 2], []]);
});

it('addresses inputs by position', () => {
  expect(pin(graph, { shape: { '#0': [1, 3, 4, 4] } }).graph.inputs[0]?.type.shape).toEqual([1, 3, 4, 4]);
});

it('rejects a shape of another rank', () => {
  expect(pin(graph, { shape: { x: [1, 3, 8] } }).diagnostics.map((entry) => entry.code)).toEqual(['shape-mismatch']);
});

it('replaces a declared size and the declared shapes of other values', () => {
  const declared: Graph = { ...graph, types: new Map([['y', { dtype: 'float32', shape: [1, 3, 8, 8] }]]) };
  const pinned = pin(declared, { shape: { x: [1, 4, 8, -1] } });
  expect(pinned.diagnostics).toMatchObject([
    {
      code: 'shape-replaced',
      severity: 'warning',
      message: 'the shape [1,4,8,-1] for the input "x" replaces [N,3,H,W], which the model declares',
    },
  ]);
  expect(pinned.graph.inputs[0]?.type.shape).toEqual([1, 4, 8, 'W']);
  expect(pinned.graph.types.get('y')).toEqual({ dtype: 'float32', shape: undefined });
  expect(pin(declared, { shape: { x: [1, 3, 8, 8] } }).graph.types.get('y')?.shape).toEqual([1, 3, 8, 8]);
});

it('makes an axis dynamic that has a declared size', () => {
  expect(pin(graph, { shape: { mask: [1, -1] } }).graph.inputs[1]?.type.shape).toEqual([1, 'mask_1']);
});

it('lets two inputs give different sizes for one symbol', () => {
  const inputs = [...graph.inputs, { name: 'other', type: { dtype: 'float32', shape: ['N', 'H'] } as const }];
  const pinned = pin({ ...graph, inputs }, { shape: { x: [1, 3, 8, 8], mask: [2, 2] } });
  expect(pinned.diagnostics).toEqual([]);
  expect(pinned.graph.inputs.map(({ type }) => type.shape)).toEqual([[1, 3, 8, 8], [2, 2], [], ['N', 8]]);
});

it('keeps an axis dynamic that is given as -1 although its symbol has a size elsewhere', () => {
  const types = new Map([['y', { dtype: 'float32', shape: ['N', 3, 8, 8] } as const]]);
  const pinned = pin({ ...graph, types }, { shape: { x: [1, 3, 8, 8], mask: [-1, 2] } });
  expect(pinned.graph.inputs.map(({ type }) => type.shape)).toEqual([[1, 3, 8, 8], ['mask_0', 2], []]);
  expect(pinned.graph.types.get('y')?.shape).toBeUndefined();
});

it('fills the declared shape with a constant and keeps the input listed', () => {
  const pinned = pin(graph, { shape: { mask: [3, 2] }, const: { mask: true, 'rate=a:b': 16000 } }).graph;
  expect(pinned.constants.get('mask')?.values()).toEqual(Uint8Array.of(1, 1, 1, 1, 1, 1));
  expect(pinned.constants.get('rate=a:b')?.values()).toEqual(BigInt64Array.of(16000n));
  expect(pinned.inputs).toHaveLength(3);
});

it('infers a dynamic axis from the number of values', () => {
  const pinned = pin(graph, { const: { mask: [true, false, true, true] } }).graph;
  expect(pinned.constants.get('mask')?.shape).toEqual([2, 2]);
});

it('cuts at inner tensors', () => {
  expect(pin(graph, { outputs: ['y'] }).graph.outputs).toEqual(['y']);
});

it('suggests names for unknown ones', () => {
  const [wrong] = pin(graph, { shape: { maks: [1, 2] } }).diagnostics;
  expect(wrong?.hint).toBe('Did you mean "mask"?');
  const [output] = pin(graph, { outputs: ['yy'] }).diagnostics;
  expect(output).toMatchObject({ code: 'name-unknown', hint: 'Did you mean "y"?' });
});

it('rejects a constant that the input type cannot hold', () => {
  const [odd] = pin(graph, { const: { 'rate=a:b': 1.5 } }).diagnostics;
  expect(odd).toMatchObject({
    code: 'option-invalid',
    message: 'the constant for the input "rate=a:b" has the value 1.5, expected int64',
  });
  expect(pin(graph, { shape: { mask: [1, 2] }, const: { mask: 2 } }).diagnostics[0]?.hint).toBe('Give `true` or `false`.');
  expect(pin(graph, { shape: { mask: [1, 2] }, const: { mask: [0, 1] } }).diagnostics).toEqual([]);
});
