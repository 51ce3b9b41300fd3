import { describe, expect, it } from 'vitest';
import { diagnostic } from '../../diagnostics/diagnostic.ts';
import { type Graph, makeNode } from '../ir/graph.ts';
import { Tensor } from '../ir/tensor.ts';
import { withPaths } from './paths.ts';

const chain = (length: number): Graph => ({
  name: 'g',
  inputs: [
    { name: 'pinned', type: { dtype: 'float32', shape: [1] } },
    { name: 'x', type: { dtype: 'float32', shape: [1] } },
  ],
  outputs: [`v${length}`],
  constants: new Map([['pinned', Tensor.float32([1], [1])]]),
  types: new Map(),
  nodes: Array.from({ length }, (_, index) =>
    makeNode('Add', ['pinned', index === 0 ? 'x' : `v${index}`], [`v${index + 1}`], {}, `n${index + 1}`),
  ),
});

const about = (node?: string): ReturnType<typeof diagnostic> =>
  diagnostic('operator-unsupported', 'no', 'Cut.', node === undefined ? {} : { node });

describe('withPaths', () => {
  it('shows the path from a dynamic input', () => {
    expect(withPaths([about('n2')], chain(3))[0]?.place.path).toEqual(['x', 'n1', 'n2']);
  });

  it('omits the middle of a long path', () => {
    expect(withPaths([about('n99')], chain(99))[0]?.place.path).toEqual(['x', 'n1', 'n2', 'n3', '…', 'n96', 'n97', 'n98', 'n99']);
  });

  it('takes the shorter of two paths', () => {
    const graph = chain(3);
    const end = makeNode('Add', ['v3', 'x'], ['y'], {}, 'end');
    expect(withPaths([about('end')], { ...graph, nodes: [...graph.nodes, end] })[0]?.place.path).toEqual(['x', 'end']);
  });

  it('keeps diagnostics about nodes that no input leads to', () => {
    const entries = [about(), about('elsewhere'), diagnostic('batch-per-sample', 'm', 'h', { node: 'n1' })];
    expect(withPaths(entries, chain(1))).toEqual(entries);
  });
});
