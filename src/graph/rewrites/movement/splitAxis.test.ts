import { expect, it } from 'vitest';
import { type Graph, makeNode } from '../../ir/graph.ts';
import { Tensor } from '../../ir/tensor.ts';
import { operatorsOf, rewriteNodes } from '../testing.ts';

/** Queries, keys and values of attention in windows, as PyTorch separates them. */
function separated(shape: readonly number[], perm: readonly number[], index: number): Graph {
  const nodes = [
    makeNode('Transpose', ['x'], ['moved'], { perm }),
    ...[0, 1, 2].map((entry) => makeNode('Gather', ['moved', `entry${entry}`], [`part${entry}`], { axis: perm.indexOf(index) })),
    ...[0, 1, 2].map((entry) => makeNode('Relu', [`part${entry}`], [`y${entry}`])),
  ];
  const entries = Object.fromEntries([0, 1, 2].map((entry) => [`entry${entry}`, Tensor.of('int64', [], BigInt64Array.of(BigInt(entry)))]));
  return rewriteNodes({ x: shape }, nodes, ['y0', 'y1', 'y2'], entries);
}

const rankOfTranspose = (graph: Graph): number | undefined => {
  const [transpose] = graph.nodes.filter(({ operator }) => operator === 'Transpose');
  return graph.types.get(transpose?.inputs[0] ?? '')?.shape?.length;
};

it('moves an axis that is split with the axis after it, if that needs fewer axes', () => {
  const graph = separated([4, 9, 3, 2, 5], [2, 0, 3, 1, 4], 2);
  expect(rankOfTranspose(graph)).toBe(4);
  expect(operatorsOf(graph).filter((operator) => operator === 'Transpose')).toHaveLength(1);
});

it('ignores axes of size 1', () => {
  expect(rankOfTranspose(separated([4, 9, 3, 1, 2, 5], [2, 0, 3, 4, 1, 5], 2))).toBe(4);
});

it('keeps an axis in front of at most three others', () => {
  expect(rankOfTranspose(separated([1, 9, 3, 2, 5], [2, 0, 3, 1, 4], 2))).toBe(5);
});

it('keeps an axis that is the last of the source', () => {
  expect(rankOfTranspose(separated([4, 9, 2, 5, 3], [4, 0, 2, 1, 3], 4))).toBe(5);
});
