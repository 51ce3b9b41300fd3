import { expect, it } from 'vitest';
import { diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Graph } from './graph.ts';
import { shapeHint, withShapes } from './shapeAdvice.ts';
import { Tensor } from './tensor.ts';

const graphOf = (inputs: Readonly<Record<string, readonly (number | string)[] | undefined>>): Graph => ({
  name: 'g',
  inputs: Object.entries(inputs).map(([name, shape]) => ({ name, type: { dtype: 'float32', shape } })),
  outputs: [],
  constants: new Map([['pinned', Tensor.float32([1], [1])]]),
  types: new Map(),
  nodes: [],
});

const hintFor = (graph: Graph, hint = shapeHint): string | undefined =>
  withShapes([diagnostic('shape-unknown', 'x', hint)], graph)[0]?.hint;

it('names the inputs with free axes, ready to paste', () => {
  const graph = graphOf({ image: ['N', 3, 'H', 'W'], 'the length': ['N', 'T', 64], fixed: [1, 4], pinned: ['N'] });
  expect(hintFor(graph)).toBe(
    'Fix the shapes of the inputs with `shape=image:1,3,224,224&shape=the%20length:1,16,64`. The sizes of free axes are examples.',
  );
});

it('finds the pixels of images with channels last', () => {
  expect(hintFor(graphOf({ x: ['N', 'H', 'W', 3] }))).toContain('`shape=x:1,224,224,3`');
});

it('leaves hints alone that ask for no shape, and those of graphs whose shapes are fixed', () => {
  expect(hintFor(graphOf({ x: ['N'] }), 'Cut it with `output=y`.')).toBe('Cut it with `output=y`.');
  expect(hintFor(graphOf({ x: [1] }))).toBe(shapeHint);
});
