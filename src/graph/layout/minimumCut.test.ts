import { expect, it } from 'vitest';
import { minimumCut } from './minimumCut.ts';

it('cuts at the lowest cost, near the sink', () => {
  const edges = [
    { from: 0, to: 2, capacity: 3 },
    { from: 0, to: 3, capacity: 2 },
    { from: 2, to: 3, capacity: 5 },
    { from: 2, to: 4, capacity: 2 },
    { from: 3, to: 4, capacity: 2 },
    { from: 4, to: 1, capacity: 4 },
  ];
  expect(minimumCut(edges, 0, 1)).toEqual({ capacity: 4, sinkSide: new Set([1]) });
  expect(minimumCut([...edges.slice(0, 5), { from: 4, to: 1, capacity: 9 }], 0, 1)).toEqual({ capacity: 4, sinkSide: new Set([1, 4]) });
});

it('returns flow from a path taken too early', () => {
  const edges = [
    { from: 0, to: 2, capacity: 1 },
    { from: 0, to: 3, capacity: 1 },
    { from: 2, to: 3, capacity: 1 },
    { from: 2, to: 1, capacity: 1 },
    { from: 3, to: 1, capacity: 1 },
  ];
  expect(minimumCut(edges, 0, 1).capacity).toBe(2);
});

it('returns infinity when no finite cut exists', () => {
  const endless = { from: 0, to: 1, capacity: Number.POSITIVE_INFINITY };
  expect(minimumCut([endless], 0, 1).capacity).toBe(Number.POSITIVE_INFINITY);
});
