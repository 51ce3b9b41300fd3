import { expect, it } from 'vitest';
import type { Shape } from '../ir/dimension.ts';
import { type AttributeLiteral, makeNode } from '../ir/graph.ts';
import { OperatorNode } from '../ir/operator.ts';
import { windowAxes } from './window.ts';

function axes(spatial: Shape, kernel: readonly number[], attributes: Readonly<Record<string, AttributeLiteral>>) {
  return windowAxes(new OperatorNode(makeNode('Conv', ['x'], ['y'], attributes), []), spatial, kernel);
}

it('keeps the symbol of an axis whose size does not change', () => {
  expect(axes(['H'], [3], { pads: [1, 1] })[0]?.output).toBe('H');
  expect(axes(['H'], [3], { auto_pad: 'SAME_UPPER' })[0]?.output).toBe('H');
});

it('writes equal sizes as equal symbols', () => {
  const strided = { strides: [2] };
  const padded = axes(['H'], [3], { ...strided, pads: [1, 1] })[0]?.output;
  expect(padded).toBe('(floor((H+1)/2))');
  expect(axes(['H'], [1], strided)[0]?.output).toBe(padded);
  expect(axes(['H'], [3], { ...strided, auto_pad: 'SAME_LOWER' })[0]?.output).toBe(padded);
});

it('puts the extra cell of SAME behind or in front', () => {
  expect(axes([5], [2], { auto_pad: 'SAME_UPPER' })[0]?.pads).toEqual([0, 1]);
  expect(axes([5], [2], { auto_pad: 'SAME_LOWER' })[0]?.pads).toEqual([1, 0]);
});

it('does not know the SAME pads when stride and size leave them open', () => {
  expect(axes(['H'], [3], { auto_pad: 'SAME_UPPER', strides: [2] })[0]?.pads).toBeUndefined();
});

it('drops a last window that starts in the end padding', () => {
  const rounded = { ceil_mode: 1, strides: [2] };
  expect(axes([4], [2], { ...rounded, strides: [3], pads: [0, 1] })[0]?.output).toBe(2);
  expect(axes([3], [1], { ...rounded, pads: [0, 1] })[0]?.output).toBe(2);
  expect(axes([4], [3], rounded)[0]?.output).toBe(2);
});

it('rejects a kernel larger than the padded axis', () => {
  expect(() => axes([2], [3], {})).toThrow('does not fit an axis of 2');
});
