import { expect, it } from 'vitest';
import { type Graph, makeNode } from '../../graph/ir/graph.ts';
import { orderNodes } from './order.ts';

const available = (name: string): boolean => name === 'x';
const sorted = (...nodes: Parameters<typeof orderNodes>[0]): string => {
  const { nodes: found, diagnostics } = orderNodes(nodes, available, false);
  return [...found.map((node) => node.outputs[0]), ...diagnostics.map((entry) => entry.message)].join(' ');
};

it('keeps sorted nodes', () => {
  expect(sorted(makeNode('Relu', ['x'], ['b']), makeNode('Relu', ['x'], ['a']), makeNode('Add', ['a', 'b'], ['y']))).toBe('b a y');
});

it('puts producers first', () => {
  expect(sorted(makeNode('Add', ['a', 'b'], ['y']), makeNode('Relu', ['b'], ['a']), makeNode('Relu', ['x'], ['b']))).toBe('b a y');
});

it('looks into subgraphs', () => {
  const body: Graph = {
    name: '',
    inputs: [],
    outputs: ['t'],
    nodes: [makeNode('Relu', ['a'], ['t'])],
    constants: new Map(),
    types: new Map(),
  };
  const loop = makeNode('Loop', [], ['y'], { body: { kind: 'graph', value: body } });
  expect(sorted(loop, makeNode('Relu', ['x'], ['a']))).toBe('a y');
});

it('handles missing operands and very long chains', () => {
  const chain = Array.from({ length: 20000 }, (_, index) => makeNode('Relu', ['', index === 19999 ? 'x' : `v${index + 1}`], [`v${index}`]));
  expect(orderNodes(chain, available, false).nodes.at(-1)?.outputs).toEqual(['v0']);
});

it('handles any number of operands', () => {
  const parts = Array.from({ length: 200_000 }, (_, index) => makeNode('Relu', ['x'], [`v${index}`]));
  const joined = makeNode(
    'Concat',
    parts.flatMap((part) => part.outputs),
    ['y'],
  );
  const { nodes, diagnostics } = orderNodes([joined, ...parts], available, false);
  expect(diagnostics).toEqual([]);
  expect(nodes.at(-1)).toBe(joined);
});

it('reports values that are produced never, twice or from themselves', () => {
  expect(sorted(makeNode('Relu', ['lost'], ['y']))).toBe('y the operand "lost" is not produced by any node');
  expect(sorted(makeNode('Relu', ['x'], ['y']), makeNode('Exp', ['x'], ['y']))).toBe('y y the value "y" is assigned twice');
  expect(sorted(makeNode('Relu', ['b'], ['a']), makeNode('Relu', ['a'], ['b']))).toContain('the node depends on its own result');
});
