import { expect, it } from 'vitest';
import type { Shape } from '../ir/dimension.ts';
import { type Graph, makeNode, type Node } from '../ir/graph.ts';
import { Tensor } from '../ir/tensor.ts';
import { carryBatch } from './batch.ts';

function graphOf(x: Shape, nodes: readonly Node[], constants: Readonly<Record<string, Tensor>> = {}): Graph {
  const outputs = nodes.at(-1)?.outputs ?? [];
  const inputs = [{ name: 'x', type: { dtype: 'float32', shape: x } as const }];
  return { name: 'test', inputs, outputs, nodes, constants: new Map(Object.entries(constants)), types: new Map() };
}

const weight = Tensor.of('float32', [4, 3, 1, 1], new Float32Array(12));

it('removes the batch of a convolutional network', () => {
  const graph = graphOf([5, 3, 8, 8], [makeNode('Conv', ['x', 'w'], ['y']), makeNode('Reshape', ['y', 's'], ['z'])], {
    w: weight,
    s: Tensor.int64([5, -1]),
  });
  const { graph: single, batch } = carryBatch(graph);
  expect(batch?.size).toBe(5);
  expect(single.inputs[0]?.type.shape).toEqual([1, 3, 8, 8]);
  const target = single.nodes[1]?.inputs[1] ?? '';
  expect(single.constants.get(target)?.toIntegers()).toEqual([1, -1]);
});

it('follows the batch axis through two Transposes', () => {
  const nodes = [
    makeNode('Conv', ['x', 'w'], ['c']),
    makeNode('Transpose', ['c'], ['t'], { perm: [1, 0, 2, 3] }),
    makeNode('Softmax', ['t'], ['s'], { axis: 0 }),
    makeNode('Transpose', ['s'], ['y'], { perm: [1, 0, 2, 3] }),
  ];
  expect(carryBatch(graphOf([5, 3, 8, 8], nodes, { w: weight })).batch?.size).toBe(5);
});

it('keeps a batch whose samples are mixed', () => {
  const nodes = [makeNode('Conv', ['x', 'w'], ['c']), makeNode('Softmax', ['c'], ['y'], { axis: 0 })];
  const graph = graphOf([5, 3, 8, 8], nodes, { w: weight });
  expect(carryBatch(graph)).toEqual({ graph, diagnostics: [] });
});

it('keeps an axis as batch that no operator needs', () => {
  const graph = graphOf([5, 3], [makeNode('Exp', ['x'], ['y'])]);
  expect(carryBatch(graph).batch).toBeUndefined();
});

it('rejects a constant operand that differs between samples', () => {
  const nodes = [makeNode('Conv', ['x', 'w'], ['c']), makeNode('Add', ['c', 'k'], ['y'])];
  const k = Tensor.of('float32', [5, 1, 1, 1], new Float32Array(5));
  expect(carryBatch(graphOf([5, 3, 8, 8], nodes, { w: weight, k })).batch).toBeUndefined();
});

it('keeps a dynamic batch', () => {
  const free = carryBatch(graphOf(['N', 3], [makeNode('Softmax', ['x'], ['y'], { axis: 1 })]));
  expect(free.batch?.size).toBe('N');
});

it('sets a dynamic batch to 1 with a warning when samples are mixed', () => {
  const mixed = carryBatch(graphOf(['N', 3], [makeNode('Softmax', ['x'], ['y'], { axis: 0 })]));
  expect(mixed.diagnostics.map((entry) => entry.code)).toEqual(['batch-assumed-one']);
  expect(mixed.graph.inputs[0]?.type.shape).toEqual([1, 3]);
});

it('keeps a dynamic axis that is not named like a batch', () => {
  const time = carryBatch(graphOf(['T', 3], [makeNode('Softmax', ['x'], ['y'], { axis: 0 })]));
  expect(time.diagnostics).toEqual([]);
  expect(time.graph.inputs[0]?.type.shape).toEqual(['T', 3]);
});
