import { expect, it } from 'vitest';
import type { Dimension } from '../../ir/dimension.ts';
import type { ValueType } from '../../ir/graph.ts';
import { Tensor } from '../../ir/tensor.ts';
import { constantOperand, infer } from '../testing.ts';

const sizes = (...elements: readonly Dimension[]): ValueType => ({ dtype: 'int64', shape: [elements.length], elements });
const constant = (...values: readonly number[]): ReturnType<typeof constantOperand> => constantOperand(Tensor.int64(values));
const elementsOf = (types: readonly ValueType[]): readonly Dimension[] | undefined => types[0]?.elements;

it('computes with symbols', () => {
  expect(elementsOf(infer('Mul', [sizes('H', 4), constant(2)]))).toEqual(['2*H', 8]);
  expect(elementsOf(infer('Add', [sizes('H'), constant(3)]))).toEqual(['(H+3)']);
  expect(elementsOf(infer('Sub', [sizes('H'), sizes('H')]))).toEqual([0]);
});

it('divides as integers', () => {
  expect(elementsOf(infer('Div', [sizes('4*H', 'H', 9), constant(2)]))).toEqual(['2*H', '(floor(H/2))', 4]);
  expect(elementsOf(infer('Mod', [sizes('4*H'), constant(2)]))).toEqual([0]);
});

it('keeps sizes through casts and Identity', () => {
  expect(elementsOf(infer('Cast', [sizes('H')], { to: 1 }))).toEqual(['H']);
  expect(elementsOf(infer('Identity', [sizes('H', 2)]))).toEqual(['H', 2]);
});

it('knows that no size is negative', () => {
  expect(elementsOf(infer('Equal', [sizes('H', 3), constant(-1)]))).toEqual([0, 0]);
  expect(elementsOf(infer('Equal', [sizes('H'), constant(3)]))).toBeUndefined();
  expect(elementsOf(infer('Max', [sizes('H'), constant(0)]))).toEqual(['H']);
});

it('chooses sizes by a constant condition', () => {
  const condition = constantOperand(Tensor.of('bool', [2], Uint8Array.of(1, 0)));
  expect(elementsOf(infer('Where', [condition, sizes('H', 'W'), constant(1)]))).toEqual(['H', 1]);
});

it('rejects fractions as sizes', () => {
  const half = constantOperand(Tensor.float32([0.5], [1]));
  expect(elementsOf(infer('Mul', [{ ...sizes('H'), dtype: 'float32' }, half]))).toBeUndefined();
});
