import { expect, it } from 'vitest';
import { float, type Graph, makeNode } from '../ir/graph.ts';
import { Tensor } from '../ir/tensor.ts';
import { decomposedGraph, decomposedResults, noise } from './testing.ts';

const vector = (...values: readonly number[]): Tensor => Tensor.of('float32', [values.length], Float32Array.from(values));

it('rotates pairs of elements by their position', () => {
  const x = Tensor.of('float32', [1, 1, 2, 4], Float32Array.of(1, 2, 3, 4, 1, 2, 3, 4));
  const cosines = Tensor.of('float32', [2, 2], Float32Array.of(1, 1, 0, 0));
  const sines = Tensor.of('float32', [2, 2], Float32Array.of(0, 0, 1, 1));
  const positions = Tensor.int64([0, 1], [1, 2]);
  const node = makeNode('RotaryEmbedding', ['x', 'cosines', 'sines', 'positions'], ['y']);
  expect(decomposedResults(node, { x, cosines, sines, positions }).y).toEqual([1, 2, 3, 4, -3, -4, 1, 2]);
  const interleaved = makeNode('RotaryEmbedding', node.inputs, ['y'], { interleaved: 1 });
  expect(decomposedResults(interleaved, { x, cosines, sines, positions }).y).toEqual([1, 2, 3, 4, -2, 1, -4, 3]);
  const packed = Tensor.of('float32', [1, 2, 4], x.toFloat32());
  const partly = makeNode('RotaryEmbedding', node.inputs, ['y'], { num_heads: 1, rotary_embedding_dim: 2 });
  const [cosine, sine] = [Tensor.of('float32', [2, 1], Float32Array.of(1, 0)), Tensor.of('float32', [2, 1], Float32Array.of(0, 1))];
  expect(decomposedResults(partly, { x: packed, cosines: cosine, sines: sine, positions }).y).toEqual([1, 2, 3, 4, -2, 1, 3, 4]);
  const microsoft = makeNode('com.microsoft:RotaryEmbedding', ['x', 'positions', 'cosines', 'sines'], ['y']);
  expect(decomposedResults(microsoft, { x: packed, positions, cosines, sines }).y).toEqual([1, 2, 3, 4, -3, -4, 1, 2]);
});

it('updates a state token by token', () => {
  const attributes = { q_num_heads: 1, kv_num_heads: 1, scale: float(1), update_rule: 'gated_delta' };
  const node = makeNode('LinearAttention', ['q', 'k', 'v', 's', 'g', 'b'], ['y', 'state'], attributes);
  const sequence = (...values: readonly number[]): Tensor => Tensor.of('float32', [1, values.length, 1], Float32Array.from(values));
  const state = Tensor.of('float32', [1, 1, 1, 1], Float32Array.of(4));
  const results = decomposedResults(node, {
    q: sequence(1, 2),
    k: sequence(1, 2),
    v: sequence(3, 4),
    s: state,
    g: sequence(0, Math.log(0.5)),
    b: sequence(0.5, 1),
  });
  // 4 + 0.5 * (3 - 4) = 3.5; halved to 1.75; 1.75 + 2 * (4 - 3.5) = 2.75.
  expect(results.y?.map((value) => value.toFixed(5))).toEqual(['3.50000', '5.50000']);
  expect(results.state?.[0]).toBeCloseTo(2.75);
});

it('convolves with the previous inputs', () => {
  const x = Tensor.of('float32', [2, 1, 3], Float32Array.of(1, 2, 3, 4, 5, 6));
  const w = Tensor.of('float32', [1, 1, 3], Float32Array.of(1, 10, 100));
  const past = Tensor.of('float32', [2, 1, 2], Float32Array.of(7, 8, 0, 9));
  const node = makeNode('CausalConvWithState', ['x', 'w', 'b', 'past'], ['y', 'state']);
  const results = decomposedResults(node, { x, w, b: vector(0.5), past });
  expect(results.y).toEqual([187.5, 218.5, 321.5, 490.5, 549.5, 654.5]);
  expect(results.state).toEqual([2, 3, 5, 6]);
  const single = decomposedGraph(makeNode('CausalConvWithState', ['x', 'w'], ['y']), { x: noise([1, 2, 3]) }, { w: noise([2, 1, 3]) });
  expect(single.nodes.map(({ operator }) => operator)).toContain('Conv');
});

it.each([
  ['linear', [1, 2], [1, 9, 9, 4, 5, 6, 8, 8]],
  ['circular', [3, 4], [9, 2, 3, 9, 8, 8, 7, 8]],
])('replaces entries of a cache, %s', (mode, starts, expected) => {
  const cache = Tensor.of('float32', [2, 4, 1], Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  const update = Tensor.of('float32', [2, 2, 1], Float32Array.of(9, 9, 8, 8));
  const node = makeNode('TensorScatter', ['cache', 'update', 'starts'], ['y'], { mode });
  expect(decomposedResults(node, { cache, update, starts: Tensor.int64(starts) }).y).toEqual(expected);
  const plain = decomposedResults(makeNode('TensorScatter', ['cache', 'update'], ['y'], { mode }), { cache, update });
  expect(plain.y).toEqual([9, 9, 3, 4, 8, 8, 7, 8]);
});

const body: Graph = {
  name: 'body',
  inputs: ['round', 'go', 'sum'].map((name) => ({ name, type: { dtype: 'float32', shape: undefined } })),
  outputs: ['go', 'next', 'sum'],
  nodes: [makeNode('Add', ['sum', 'step'], ['next'])],
  constants: new Map(),
  types: new Map(),
};
const graph = (value: Graph): { kind: 'graph'; value: Graph } => ({ kind: 'graph', value });

it('unrolls a loop', () => {
  const node = makeNode('Loop', ['count', 'go', 'x'], ['last', 'all'], { body: graph(body) });
  const constants = { count: Tensor.int64([3], []), go: Tensor.of('bool', [], Uint8Array.of(1)), step: vector(2) };
  expect(decomposedResults(node, { x: vector(1) }, constants)).toEqual({ last: [7], all: [1, 3, 5] });
  const never = { ...constants, go: Tensor.of('bool', [], Uint8Array.of(0)) };
  expect(decomposedResults(makeNode('Loop', ['count', 'go', 'x'], ['last'], { body: graph(body) }), { x: vector(1) }, never)).toEqual({
    last: [1],
  });
});

it('keeps a loop whose condition depends on its body', () => {
  const nodes = [...body.nodes, makeNode('Less', ['next', 'step'], ['more'])];
  const node = makeNode('Loop', ['count', '', 'x'], ['last'], { body: graph({ ...body, nodes, outputs: ['more', 'next'] }) });
  expect(() => decomposedGraph(node, { x: vector(1) }, { count: Tensor.int64([3], []), step: vector(2) })).toThrow('is not decomposed');
});

it('unrolls a loop with a condition on its counter, as tf2onnx writes it', () => {
  const counting: Graph = {
    ...body,
    inputs: [
      ...body.inputs.slice(0, 2),
      { name: 'i', type: { dtype: 'int32', shape: [] } },
      { name: 'sum', type: { dtype: 'float32', shape: [1] } },
    ],
    outputs: ['more', 'i2', 'next', 'sum'],
    nodes: [makeNode('Add', ['i', 'one'], ['i2']), makeNode('Add', ['sum', 'step'], ['next']), makeNode('Less', ['i2', 'end'], ['more'])],
  };
  const node = makeNode('Loop', ['', 'go', 'start', 'x'], ['i3', 'last', 'all'], { body: graph(counting) });
  const int32 = (value: number): Tensor => Tensor.of('int32', [], Int32Array.of(value));
  const constants = { go: Tensor.of('bool', [], Uint8Array.of(1)), start: int32(0), one: int32(1), end: int32(4), step: vector(2) };
  expect(decomposedResults(node, { x: vector(1) }, constants)).toEqual({ i3: [4], last: [9], all: [1, 3, 5, 7] });
  const endless = { ...constants, end: int32(1000) };
  expect(() => decomposedGraph(node, { x: vector(1) }, endless)).toThrow('257 iterations of 3 nodes each are too many to unroll');
});

it('unrolls a loop whose body calls other values by the names of the outer ones, as paddle2onnx writes it', () => {
  const branch = (output: string): Graph => ({ ...body, inputs: [], outputs: [output], nodes: [makeNode('Neg', ['a'], [output])] });
  const choice = { then_branch: graph(branch('negative')), else_branch: graph(branch('other')) };
  const swapping: Graph = {
    ...body,
    inputs: ['round', 'go', 'b', 'a', 'step'].map((name) => ({ name, type: { dtype: 'float32', shape: undefined } })),
    outputs: ['go', 'sum', 'negative', 'step'],
    nodes: [makeNode('If', ['go'], ['negative'], choice), makeNode('Add', ['b', 'step'], ['sum'])],
  };
  const node = makeNode('Loop', ['count', 'go', 'a', 'b', 'step'], ['first', 'second', 'last'], { body: graph(swapping) });
  const constants = { count: Tensor.int64([3], []), go: Tensor.of('bool', [], Uint8Array.of(1)) };
  const results = decomposedResults(node, { a: vector(1), b: vector(10), step: vector(2) }, constants);
  expect(results).toEqual({ first: [7], second: [-10], last: [2] });
});

it('scans a sequence in either direction', () => {
  const scanned: Graph = {
    ...body,
    inputs: body.inputs.slice(1),
    outputs: ['next', 'next'],
    nodes: [makeNode('Add', ['go', 'sum'], ['next'])],
  };
  const forwards = makeNode('Scan', ['start', 'x'], ['last', 'all'], { body: graph(scanned), num_scan_inputs: 1 });
  const operands = { start: Tensor.float32([0]), x: vector(1, 2, 3) };
  expect(decomposedResults(forwards, operands)).toEqual({ last: [6], all: [1, 3, 6] });
  const directions = { scan_input_directions: [1], scan_output_directions: [1] };
  const backwards = makeNode('Scan', ['start', 'x'], ['last', 'all'], { body: graph(scanned), num_scan_inputs: 1, ...directions });
  expect(decomposedResults(backwards, operands)).toEqual({ last: [6], all: [6, 5, 3] });
});

it('evaluates the subgraphs of a flexible attention', () => {
  const modifier: Graph = {
    ...body,
    inputs: body.inputs.slice(0, 1),
    outputs: ['changed'],
    nodes: [makeNode('Mul', ['round', 'zero'], ['changed'])],
  };
  const node = makeNode('ai.onnx.preview:FlexAttention', ['q', 'k', 'v'], ['y'], { score_mod: graph(modifier) });
  const v = Tensor.of('float32', [1, 1, 2, 1], Float32Array.of(1, 3));
  expect(decomposedResults(node, { q: noise([1, 1, 1, 4]), k: noise([1, 1, 2, 4]), v }, { zero: Tensor.float32([0]) }).y).toEqual([2]);
});
