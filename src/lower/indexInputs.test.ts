import { expect, it } from 'vitest';
import { type Graph, makeNode, type Node } from '../graph/ir/graph.ts';
import { Tensor } from '../graph/ir/tensor.ts';
import { inferAndFold } from '../graph/stages/infer.ts';
import { lower } from './lower.ts';

function lowered(nodes: readonly Node[], outputs: readonly string[]) {
  const source: Graph = {
    name: 'test',
    inputs: [{ name: 'ids', type: { dtype: 'int64', shape: [2, 3] } }],
    outputs,
    nodes,
    constants: new Map([
      ['table', Tensor.of('float32', [5, 4], new Float32Array(20))],
      ['flat', Tensor.int64([6])],
    ]),
    types: new Map(),
  };
  const result = lower(inferAndFold(source).graph);
  if (!result.ok) throw new Error(result.diagnostics.map((entry) => entry.message).join());
  return result.model;
}

it('feeds int32 to an Embed, also through views', () => {
  const nodes = [makeNode('Reshape', ['ids', 'flat'], ['i']), makeNode('Gather', ['table', 'i'], ['y'])];
  const { net, inputs } = lowered(nodes, ['y']);
  expect(net.layers.map((layer) => layer.type)).toEqual(['Input', 'Reshape', 'Embed']);
  expect(inputs[0]?.feed).toBe('int32');
});

it('looks up indices as floats if they are also used in arithmetic', () => {
  const nodes = [makeNode('Gather', ['table', 'ids'], ['y']), makeNode('Neg', ['ids'], ['z'])];
  const { net, inputs } = lowered(nodes, ['y', 'z']);
  expect(inputs[0]?.feed).toBe('float32');
  expect(net.layers.map((layer) => layer.type)).toContain('MatMul');
  expect(net.layers.map((layer) => layer.type)).not.toContain('Embed');
});

it('follows an input through more views than the call stack is deep', () => {
  const views = Array.from({ length: 20_000 }, (_, index) => makeNode('Identity', [index === 0 ? 'ids' : `i${index - 1}`], [`i${index}`]));
  const { inputs } = lowered([...views, makeNode('Gather', ['table', 'i19999'], ['y'])], ['y']);
  expect(inputs[0]?.feed).toBe('int32');
});
