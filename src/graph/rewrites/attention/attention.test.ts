import { expect, it } from 'vitest';
import { makeNode, type Node } from '../../ir/graph.ts';
import { Tensor } from '../../ir/tensor.ts';
import { operatorsOf, rewriteNodes } from '../testing.ts';

const inputs = { q: [1, 2, 5, 4], k: [1, 2, 7, 4], v: [1, 2, 7, 3] };
const constants = { half: Tensor.float32([0.5]), mask: Tensor.of('float32', [5, 7], new Float32Array(35).fill(-1000)) };
const transposed = makeNode('Transpose', ['k'], ['kt'], { perm: [0, 1, 3, 2] });
const product = makeNode('MatMul', ['q', 'kt'], ['a']);

function rewritten(nodes: readonly Node[], outputs = ['y'], more: Readonly<Record<string, Tensor>> = {}, other = {}) {
  return rewriteNodes({ ...inputs, ...other }, nodes, outputs, { ...constants, ...more });
}

/** The nodes after the scores. */
function weighted(scores: string, axis = -1): Node[] {
  return [makeNode('Softmax', [scores], ['p'], { axis }), makeNode('MatMul', ['p', 'v'], ['y'])];
}

it('finds attention over given heads with its scale', () => {
  const graph = rewritten([transposed, product, makeNode('Mul', ['a', 'half'], ['b']), ...weighted('b')]);
  expect(graph.nodes).toMatchObject([{ operator: 'ncnn:ScaledAttention', inputs: ['q', 'k', 'v'] }]);
  expect(graph.nodes[0]?.attributes.get('scale')?.value).toBe(0.5);
});

it('finds a scale on both operands and a mask', () => {
  const nodes = [
    makeNode('Mul', ['q', 'half'], ['r']),
    transposed,
    makeNode('Div', ['kt', 'half'], ['l']),
    makeNode('MatMul', ['r', 'l'], ['a']),
    makeNode('Add', ['mask', 'a'], ['b']),
    ...weighted('b'),
  ];
  const graph = rewritten(nodes);
  expect(graph.nodes).toMatchObject([{ operator: 'ncnn:ScaledAttention', inputs: ['q', 'k', 'v', 'mask'] }]);
  expect(graph.nodes[0]?.attributes.get('scale')?.value).toBe(1);
});

it.each<[string, readonly Node[], string[], Readonly<Record<string, Tensor>>, object]>([
  ['whose weights have other readers', [transposed, product, ...weighted('a')], ['y', 'p'], {}, {}],
  ['whose scores have other readers', [transposed, product, ...weighted('a')], ['y', 'a'], {}, {}],
  ['along another axis', [transposed, product, ...weighted('a', 2)], ['y'], {}, {}],
  [
    'that masks with infinity',
    [transposed, product, makeNode('Add', ['a', 'mask'], ['b']), ...weighted('b')],
    ['y'],
    { mask: Tensor.of('float32', [5, 7], new Float32Array(35).fill(Number.NEGATIVE_INFINITY)) },
    {},
  ],
  [
    'whose mask broadcasts over the rows',
    [transposed, product, makeNode('Add', ['a', 'mask'], ['b']), ...weighted('b')],
    ['y'],
    { mask: Tensor.of('float32', [1, 7], new Float32Array(7).fill(0.5)) },
    {},
  ],
  ['whose mask is computed', [transposed, product, makeNode('Add', ['a', 'm'], ['b']), ...weighted('b')], ['y'], {}, { m: [5, 7] }],
  ['whose values are shared by the heads', [transposed, product, ...weighted('a')], ['y'], {}, { v: [1, 1, 7, 3] }],
])('keeps attention %s', (_what, nodes, outputs, more, other) => {
  expect(operatorsOf(rewritten(nodes, outputs, more, other))).not.toContain('ncnn:ScaledAttention');
});
