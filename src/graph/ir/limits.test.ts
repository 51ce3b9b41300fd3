import { describe, expect, it } from 'vitest';
import { inferAndFold } from '../stages/infer.ts';
import type { Graph } from './graph.ts';
import { makeNode } from './graph.ts';
import { checkList, checkShape } from './limits.ts';
import { Tensor } from './tensor.ts';

describe('checkShape', () => {
  it.each([[undefined], [[]], [[0, 1e9]], [['n', 46340, 46341]], [[2 ** 31 - 1]]])('accepts %j', (shape) => {
    expect(() => checkShape(shape)).not.toThrow();
  });

  it.each([
    [[2 ** 31], 'more than 2147483647 elements'],
    [['n', 65536, 'm', 65536], 'more than 2147483647 elements'],
    [[3, -1], 'a tensor would have the shape [3,-1]'],
    [[0.5], 'a tensor would have the shape [0.5]'],
    [[Number.NaN], 'a tensor would have the shape [NaN]'],
    [Array.from({ length: 65 }, () => 1), 'it would have 65 axes'],
  ])('rejects %j', (shape, message) => {
    expect(() => checkShape(shape)).toThrow(message.replace('it would have 65', 'a tensor would have 65'));
  });
});

describe('checkList', () => {
  it('rejects excessive lengths', () => {
    expect(() => checkList(2 ** 24)).not.toThrow();
    expect(() => checkList(2 ** 24 + 1)).toThrow('the maximum is 16777216');
  });

  it('rejects invalid lengths', () => {
    expect(() => checkList(Number.NaN)).toThrow('NaN entries');
  });
});

describe('folding', () => {
  const expanding = (sizes: readonly number[], source: number): Graph => ({
    name: 'g',
    inputs: [],
    outputs: ['y'],
    types: new Map(),
    constants: new Map([
      ['c', Tensor.of('float32', [source, 1], new Float32Array(source))],
      ['s', Tensor.int64(sizes)],
    ]),
    nodes: [makeNode('Expand', ['c', 's'], ['y'], {}, 'n')],
  });
  const folds = (graph: Graph): boolean => inferAndFold(graph).graph.constants.has('y');

  it('folds small results', () => {
    expect(folds(expanding([1, 1000], 1))).toBe(true);
  });

  it('folds results that are not much larger than their operands', () => {
    expect(folds(expanding([1 << 19, 10], 1 << 19))).toBe(true);
  });

  it('keeps a node whose result is much larger than its operands', () => {
    expect(folds(expanding([1 << 12, 1 << 12], 1))).toBe(false);
  });
});
