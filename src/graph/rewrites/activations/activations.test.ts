import { expect, it } from 'vitest';
import { makeNode } from '../../ir/graph.ts';
import { Tensor } from '../../ir/tensor.ts';
import { operatorsOf, rewriteNodes } from '../testing.ts';

const x = { x: [1, 4] };
const number = (value: number) => Tensor.float32([value]);

it('finds HardSwish in its decomposed form', () => {
  const nodes = [
    makeNode('Add', ['x', 'three'], ['a']),
    makeNode('Clip', ['a', 'zero', 'six'], ['b']),
    makeNode('Mul', ['x', 'b'], ['c']),
    makeNode('Div', ['c', 'six'], ['y']),
  ];
  const graph = rewriteNodes(x, nodes, ['y'], { three: number(3), zero: number(0), six: number(6) });
  expect(graph.nodes).toMatchObject([{ operator: 'HardSwish', inputs: ['x'], outputs: ['y'] }]);
});

it('finds HardSwish with a gate that is divided first', () => {
  const nodes = [
    makeNode('Add', ['three', 'x'], ['a']),
    makeNode('Clip', ['a', 'zero', 'six'], ['b']),
    makeNode('Mul', ['b', 'sixth'], ['c']),
    makeNode('Mul', ['c', 'x'], ['y']),
  ];
  const graph = rewriteNodes(x, nodes, ['y'], { three: number(3), zero: number(0), six: number(6), sixth: number(1 / 6) });
  expect(operatorsOf(graph)).toEqual(['HardSwish']);
});

it('finds HardSigmoid with its slope', () => {
  const nodes = [
    makeNode('Add', ['x', 'three'], ['a']),
    makeNode('Clip', ['a', 'zero', 'six'], ['b']),
    makeNode('Div', ['b', 'six'], ['y']),
  ];
  const graph = rewriteNodes(x, nodes, ['y'], { three: number(3), zero: number(0), six: number(6) });
  expect(operatorsOf(graph)).toEqual(['HardSigmoid']);
  expect(graph.nodes[0]?.attributes.get('alpha')?.value).toBeCloseTo(1 / 6);
  expect(graph.nodes[0]?.attributes.get('beta')?.value).toBe(0.5);
});

it('keeps a gate with other bounds', () => {
  const nodes = [
    makeNode('Add', ['x', 'three'], ['a']),
    makeNode('Clip', ['a', 'zero', 'six'], ['b']),
    makeNode('Div', ['b', 'seven'], ['y']),
  ];
  const graph = rewriteNodes(x, nodes, ['y'], { three: number(3), zero: number(0), six: number(6), seven: number(7) });
  expect(operatorsOf(graph)).toEqual(['Add', 'Clip', 'Div']);
});

it('finds Swish with its factors in either order, but not for two values', () => {
  const swish = [makeNode('Sigmoid', ['x'], ['s']), makeNode('Mul', ['s', 'x'], ['y'])];
  expect(operatorsOf(rewriteNodes(x, swish, ['y']))).toEqual(['Swish']);
  const other = [makeNode('Sigmoid', ['z'], ['s']), makeNode('Mul', ['s', 'x'], ['y'])];
  expect(operatorsOf(rewriteNodes({ ...x, z: [1, 4] }, other, ['y']))).toEqual(['Sigmoid', 'Mul']);
});

it('finds Mish', () => {
  const nodes = [makeNode('Softplus', ['x'], ['s']), makeNode('Tanh', ['s'], ['t']), makeNode('Mul', ['x', 't'], ['y'])];
  expect(operatorsOf(rewriteNodes(x, nodes, ['y']))).toEqual(['Mish']);
});

it('finds Gelu by erf in either order of the factors', () => {
  const constants = { root: number(Math.SQRT2), one: number(1), half: number(0.5) };
  const gate = [makeNode('Div', ['x', 'root'], ['a']), makeNode('Erf', ['a'], ['b']), makeNode('Add', ['b', 'one'], ['c'])];
  const late = [...gate, makeNode('Mul', ['x', 'c'], ['d']), makeNode('Mul', ['d', 'half'], ['y'])];
  const early = [...gate, makeNode('Mul', ['x', 'half'], ['d']), makeNode('Mul', ['d', 'c'], ['y'])];
  for (const nodes of [late, early]) {
    expect(rewriteNodes(x, nodes, ['y'], constants).nodes).toMatchObject([{ operator: 'Gelu', inputs: ['x'], outputs: ['y'] }]);
  }
});

it('finds the tanh form of Gelu', () => {
  const constants = { three: number(3), cubic: number(0.044715), slope: number(Math.sqrt(2 / Math.PI)), one: number(1), half: number(0.5) };
  const nodes = [
    makeNode('Pow', ['x', 'three'], ['a']),
    makeNode('Mul', ['a', 'cubic'], ['b']),
    makeNode('Add', ['x', 'b'], ['c']),
    makeNode('Mul', ['c', 'slope'], ['d']),
    makeNode('Tanh', ['d'], ['e']),
    makeNode('Add', ['e', 'one'], ['f']),
    makeNode('Mul', ['x', 'half'], ['g']),
    makeNode('Mul', ['g', 'f'], ['y']),
  ];
  const graph = rewriteNodes(x, nodes, ['y'], constants);
  expect(operatorsOf(graph)).toEqual(['Gelu']);
  expect(graph.nodes[0]?.attributes.get('approximate')?.value).toBe('tanh');
});

it('keeps values that other nodes or the caller read', () => {
  const nodes = [makeNode('Sigmoid', ['x'], ['s']), makeNode('Mul', ['s', 'x'], ['y'])];
  expect(operatorsOf(rewriteNodes(x, nodes, ['y', 's']))).toEqual(['Sigmoid', 'Swish']);
});

it('does not find HardSwish with another slope or of another value', () => {
  const constants = { three: number(3), zero: number(0), six: number(6), seven: number(7) };
  const gate = [makeNode('Add', ['x', 'three'], ['a']), makeNode('Clip', ['a', 'zero', 'six'], ['b'])];
  const divided = (value: string, by: string) => [...gate, makeNode('Mul', [value, 'b'], ['c']), makeNode('Div', ['c', by], ['y'])];
  expect(operatorsOf(rewriteNodes(x, divided('x', 'six'), ['y'], constants))).toEqual(['HardSwish']);
  expect(operatorsOf(rewriteNodes(x, divided('x', 'seven'), ['y'], constants))).not.toContain('HardSwish');
  expect(operatorsOf(rewriteNodes({ ...x, z: [1, 4] }, divided('z', 'six'), ['y'], constants))).not.toContain('HardSwish');
});

it('keeps a Mish of two values', () => {
  const nodes = [makeNode('Softplus', ['z'], ['s']), makeNode('Tanh', ['s'], ['t']), makeNode('Mul', ['x', 't'], ['y'])];
  expect(operatorsOf(rewriteNodes({ ...x, z: [1, 4] }, nodes, ['y']))).toEqual(['Softplus', 'Tanh', 'Mul']);
});

it('keeps a Gelu with another factor or another number under the root', () => {
  const gate = [makeNode('Div', ['x', 'root'], ['a']), makeNode('Erf', ['a'], ['b']), makeNode('Add', ['b', 'one'], ['c'])];
  const nodes = [...gate, makeNode('Mul', ['x', 'c'], ['d']), makeNode('Mul', ['d', 'half'], ['y'])];
  const constants = { root: number(Math.SQRT2), one: number(1), half: number(0.5) };
  for (const wrong of [{ root: number(1.5) }, { one: number(2) }, { half: number(1) }]) {
    expect(operatorsOf(rewriteNodes(x, nodes, ['y'], { ...constants, ...wrong }))).not.toContain('Gelu');
  }
});
