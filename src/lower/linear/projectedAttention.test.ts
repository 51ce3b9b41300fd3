import { expect, it } from 'vitest';
import type { Shape } from '../../graph/ir/dimension.ts';
import { type Graph, makeNode, type Node } from '../../graph/ir/graph.ts';
import { Tensor } from '../../graph/ir/tensor.ts';
import { rewrite } from '../../graph/rewrites/index.ts';
import { inferAndFold } from '../../graph/stages/infer.ts';
import { encode } from '../../net/encode.ts';
import { readWrittenModel } from '../../net/format/writtenModel.ts';
import type { Net } from '../../net/net.ts';
import { verifyNet } from '../../verify/verify.ts';
import { lower } from '../lower.ts';
import { loweredParams } from '../testing.ts';

/** Unique values between -1 and 1. */
function spread(...shape: readonly number[]): Tensor {
  const size = shape.reduce((product, axis) => product * axis, 1);
  return Tensor.float32(
    Array.from({ length: size }, (_, index) => Math.sin(index * 1.7 + size)),
    shape,
  );
}

function graphOf(inputs: Readonly<Record<string, Shape>>, nodes: readonly Node[], constants: Readonly<Record<string, Tensor>>): Graph {
  return {
    name: 'test',
    inputs: Object.entries(inputs).map(([name, shape]) => ({ name, type: { dtype: 'float32', shape } })),
    outputs: ['y'],
    nodes,
    constants: new Map(Object.entries(constants)),
    types: new Map(),
  };
}

/** The layers of a graph's net, after checking that it computes the same as the graph. */
async function converted(graph: Graph): Promise<Net> {
  expect(inferAndFold(graph).diagnostics).toEqual([]);
  const lowered = lower(rewrite(graph).graph);
  if (!lowered.ok) throw new Error('the graph is not lowered');
  const result = await verifyNet({ kind: 'graph', graph }, readWrittenModel(encode(lowered.model)));
  expect(result).toMatchObject({ ok: true, outputs: [{ name: 'y' }] });
  return lowered.model.net;
}

const typesOf = (net: Net): readonly string[] => net.layers.filter(({ type }) => type !== 'Input').map(({ type }) => type);
const shape = (...sizes: readonly number[]): Tensor => Tensor.int64(sizes);

/** Attention with two heads over five rows of four, as PyTorch exports nn.MultiheadAttention: one projection for query, key and value. */
function selfAttention(): { readonly nodes: readonly Node[]; readonly constants: Record<string, Tensor> } {
  const nodes = [
    makeNode('MatMul', ['x', 'w'], ['product']),
    makeNode('Add', ['b', 'product'], ['all']),
    makeNode('Reshape', ['all', 'thirds'], ['parted']),
    makeNode('Transpose', ['parted'], ['front'], { perm: [2, 0, 1, 3] }),
    ...['q', 'k', 'v'].flatMap((name, index) => [
      makeNode('Gather', ['front', `i${index}`], [name], { axis: 0 }),
      makeNode('Reshape', [name, 'heads'], [`${name}h`]),
      makeNode('Transpose', [`${name}h`], [`${name}t`], { perm: [0, 2, 1, 3] }),
    ]),
    makeNode('Transpose', ['kt'], ['kT'], { perm: [0, 1, 3, 2] }),
    makeNode('Mul', ['qt', 'root'], ['qs']),
    makeNode('Mul', ['kT', 'root'], ['ks']),
    makeNode('MatMul', ['qs', 'ks'], ['scores']),
    makeNode('Softmax', ['scores'], ['weights'], { axis: -1 }),
    makeNode('MatMul', ['weights', 'vt'], ['mixed']),
    makeNode('Transpose', ['mixed'], ['rows'], { perm: [0, 2, 1, 3] }),
    makeNode('Reshape', ['rows', 'flat'], ['joined']),
    makeNode('Gemm', ['joined', 'wo', 'bo'], ['y'], { transB: 1 }),
  ];
  const constants = {
    ...{ w: spread(4, 12), b: spread(12), wo: spread(4, 4), bo: spread(4), root: Tensor.float32([0.5], []) },
    ...{ thirds: shape(1, 5, 3, 4), heads: shape(1, 5, 2, 2), flat: shape(5, 4) },
    ...{ i0: Tensor.int64([0], []), i1: Tensor.int64([1], []), i2: Tensor.int64([2], []) },
  };
  return { nodes, constants };
}

it('finds self-attention, whichever way its heads are split', async () => {
  const { nodes, constants } = selfAttention();
  const net = await converted(graphOf({ x: [1, 5, 4] }, nodes, constants));
  expect(typesOf(net)).toEqual(['MultiHeadAttention']);
  expect(loweredParams(net.layers[1])).toEqual({ embed_dim: 4, num_heads: 2, weight_data_size: 16, scale: 0.25 });
});

it('supports keys and values from another sequence of another width', async () => {
  const map = (name: string, source: string, axis: readonly number[]): Node[] => [
    makeNode('MatMul', [source, `w${name}`], [`${name}p`]),
    makeNode('Reshape', [`${name}p`, `${name}s`], [`${name}h`]),
    makeNode('Transpose', [`${name}h`], [name], { perm: axis }),
  ];
  const nodes = [
    ...[...map('q', 'x', [0, 2, 1, 3]), ...map('k', 'm', [0, 2, 3, 1]), ...map('v', 'm', [0, 2, 1, 3])],
    makeNode('MatMul', ['q', 'k'], ['scores']),
    makeNode('Div', ['scores', 'root'], ['scaled']),
    makeNode('Softmax', ['scaled'], ['weights']),
    makeNode('MatMul', ['weights', 'v'], ['mixed']),
    makeNode('Transpose', ['mixed'], ['rows'], { perm: [0, 2, 1, 3] }),
    makeNode('Reshape', ['rows', 'flat'], ['joined']),
    makeNode('MatMul', ['joined', 'wo'], ['y']),
  ];
  const constants = {
    ...{ wq: spread(6, 8), wk: spread(3, 8), wv: spread(3, 8), wo: spread(8, 6), root: Tensor.float32([Math.sqrt(4)], []) },
    ...{ qs: shape(1, 5, 2, 4), ks: shape(1, 7, 2, 4), vs: shape(1, 7, 2, 4), flat: shape(1, 5, 8) },
  };
  const net = await converted(graphOf({ x: [1, 5, 6], m: [1, 7, 3] }, nodes, constants));
  expect(typesOf(net).filter((type) => type !== 'Split')).toEqual(['MultiHeadAttention']);
  expect(loweredParams(net.layers.at(-1))).toEqual({ embed_dim: 8, num_heads: 2, weight_data_size: 48, kdim: 3, vdim: 3 });
});

it.each([
  ['several sequences', 2, { thirds: shape(2, 5, 3, 4), heads: shape(2, 5, 2, 2), flat: shape(10, 4) }],
  ['heads across rows', 1, { heads: shape(1, 2, 5, 2), flat: shape(2, 10), wo: spread(4, 10) }],
])('keeps the attention maps of %s decomposed', async (_what, count, changed) => {
  const { nodes, constants } = selfAttention();
  const net = await converted(graphOf({ x: [count, 5, 4] }, nodes, { ...constants, ...changed }));
  expect(typesOf(net)).not.toContain('MultiHeadAttention');
  expect(typesOf(net)).toContain('SDPA');
});
