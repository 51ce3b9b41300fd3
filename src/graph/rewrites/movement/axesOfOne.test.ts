import { describe, expect, it } from 'vitest';
import { makeNode } from '../../ir/graph.ts';
import { Tensor } from '../../ir/tensor.ts';
import { operatorsOf, rewriteNodes } from '../testing.ts';

const axis = { axis: Tensor.int64([1n]) };

describe('operators along an axis of size 1', () => {
  it.each<[operator: string, keepdims: number, found: readonly string[]]>([
    ['ReduceMean', 1, []],
    ['ReduceMean', 0, ['Squeeze']],
    ['ReduceMax', 1, []],
    ['ReduceLogSumExp', 1, []],
    ['ReduceL1', 1, ['Abs']],
    ['ReduceL2', 1, ['Abs']],
    ['ReduceSumSquare', 0, ['Squeeze', 'Mul']],
    ['ReduceLogSum', 1, ['Log']],
  ])('fold: %s, keepdims %i', (operator, keepdims, found) => {
    const nodes = [makeNode('Exp', ['x'], ['e']), makeNode(operator, ['e', 'axis'], ['r'], { keepdims }), makeNode('Tanh', ['r'], ['y'])];
    expect(operatorsOf(rewriteNodes({ x: [2, 1, 'n'] }, nodes, ['y'], axis))).toEqual(['Exp', ...found, 'Tanh']);
  });

  it.each(['Softmax', 'LogSoftmax', 'Hardmax'])('fold to a constant: %s', (operator) => {
    const nodes = [makeNode('Exp', ['x'], ['e']), makeNode(operator, ['e'], ['r'], { axis: 1 }), makeNode('Max', ['x', 'r'], ['y'])];
    expect(operatorsOf(rewriteNodes({ x: [2, 1, 4] }, nodes, ['y']))).toEqual(['Max']);
  });

  it('fold to a constant: ArgMax', () => {
    const nodes = [
      makeNode('ArgMax', ['x'], ['r'], { axis: 1 }),
      makeNode('Cast', ['r'], ['c'], { to: 1 }),
      makeNode('Sub', ['x', 'c'], ['y']),
    ];
    expect(operatorsOf(rewriteNodes({ x: [2, 1, 4] }, nodes, ['y']))).toEqual(['Sub']);
  });

  it('fold: CumSum', () => {
    const nodes = [makeNode('CumSum', ['x', 'axis'], ['s']), makeNode('Tanh', ['s'], ['y'])];
    expect(operatorsOf(rewriteNodes({ x: [2, 1, 4] }, nodes, ['y'], axis))).toEqual(['Tanh']);
  });
});

describe('operators are kept', () => {
  it.each<[what: string, shape: readonly (number | string)[], operator: string, attributes: Readonly<Record<string, number>>]>([
    ['along an axis of two elements', [2, 2, 4], 'ReduceMean', {}],
    ['along a dynamic axis', [2, 'n', 4], 'ReduceMean', {}],
    ['in an exclusive sum', [2, 1, 4], 'CumSum', { exclusive: 1 }],
  ])('%s', (_, shape, operator, attributes) => {
    expect(operatorsOf(rewriteNodes({ x: shape }, [makeNode(operator, ['x', 'axis'], ['y'], attributes)], ['y'], axis))).toEqual([
      operator,
    ]);
  });

  it('in a Softmax of a dynamic shape', () => {
    expect(operatorsOf(rewriteNodes({ x: [1, 'n'] }, [makeNode('Softmax', ['x'], ['y'], { axis: 0 })], ['y']))).toEqual(['Softmax']);
  });
});
