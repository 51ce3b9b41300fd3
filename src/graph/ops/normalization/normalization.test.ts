import { expect, it } from 'vitest';
import { type AttributeLiteral, float, makeNode } from '../../ir/graph.ts';
import { OperatorNode } from '../../ir/operator.ts';
import { Tensor } from '../../ir/tensor.ts';
import { channelwiseOperators } from './channelwise.ts';
import { layerwiseOperators, spread } from './layerwise.ts';
import { responseOperators } from './response.ts';
import { unitLengthOperators } from './unitLength.ts';

const families = { ...channelwiseOperators, ...layerwiseOperators, ...responseOperators, ...unitLengthOperators };

function evaluate(operator: string, inputs: readonly (Tensor | undefined)[], attributes: Readonly<Record<string, AttributeLiteral>> = {}) {
  const node = new OperatorNode(makeNode(operator, ['x'], ['y'], attributes), []);
  return (families[operator]?.evaluate?.(node, inputs) ?? []).map((tensor) => Array.from(tensor.toFloat32()));
}

const exact = { epsilon: float(0) };

it('normalizes by running statistics', () => {
  const [scale, bias, mean, variance] = [
    [2, 1],
    [1, 0],
    [1, 4],
    [4, 1],
  ].map((values) => Tensor.float32(values));
  expect(evaluate('BatchNormalization', [Tensor.float32([3, 5], [1, 2]), scale, bias, mean, variance], exact)).toEqual([[3, 1]]);
});

it('updates the running statistics when training', () => {
  const one = Tensor.float32([1], [1]);
  const x = Tensor.float32([1, 5], [2, 1]);
  const attributes = { ...exact, training_mode: 1, momentum: float(0.5) };
  expect(evaluate('BatchNormalization', [x, one, one, one, one], attributes)).toEqual([[0, 2], [2], [2.5]]);
});

it('normalizes each group of channels separately', () => {
  const x = Tensor.float32([1, 3, 10, 30], [1, 4, 1]);
  const weights = [Tensor.float32([1, 2, 3, 4]), Tensor.float32([0, 0, 0, 1])];
  expect(evaluate('GroupNormalization', [x, ...weights], { ...exact, num_groups: 2 })).toEqual([[-1, 2, -3, 5]]);
});

it('returns mean and inverse deviation with a layer normalization', () => {
  const x = Tensor.float32([0, 4, 1, 3], [2, 2]);
  expect(evaluate('LayerNormalization', [x, Tensor.float32([1, 1], [2])], exact)).toEqual([
    [-1, 1, -1, 1],
    [2, 2],
    [0.5, 1],
  ]);
});

it('broadcasts weights of lower rank', () => {
  expect([...spread(Tensor.float32([1, 2], [2, 1]), [2, 2])]).toEqual([1, 1, 2, 2]);
});

it('rejects weights that do not fit', () => {
  expect(() => spread(Tensor.float32([1, 2, 3]), [2, 2])).toThrow(/does not fit/);
});

it('extends an even window further behind', () => {
  const x = Tensor.float32([1, 1, 2], [1, 3, 1, 1]);
  expect(evaluate('LRN', [x], { size: 2, alpha: float(2), beta: float(1), bias: float(0) })).toEqual([[0.5, Math.fround(0.2), 0.5]]);
});

it('averages several axes together', () => {
  const x = Tensor.float32([1, 10, 3, 30], [2, 2]);
  const [y] = evaluate('MeanVarianceNormalization', [x], { axes: [0] });
  expect(y?.map(Math.round)).toEqual([-1, -1, 1, 1]);
});

it('keeps zeros when dividing by their norm', () => {
  const x = Tensor.float32([0, 3, 0, -4], [2, 2]);
  expect(evaluate('LpNormalization', [x], { axis: 0 })).toEqual([[0, Math.fround(0.6), 0, Math.fround(-0.8)]]);
  expect(evaluate('LpNormalization', [x], { axis: 0, p: 1 })[0]?.[0]).toBe(0);
});

it.each([
  ['norm', 5, [0.6, 0.8, 0.6, 0]],
  ['square', 25, [0.6, 0.8, 0.6, 0]],
  ['sum', 16, [3 / Math.sqrt(41), 4 / Math.sqrt(41), 0.6, 0]],
])('divides vectors by their length, with a guard on the %s', (guard, epsilon, expected) => {
  const attributes = { axis: 1, guard, epsilon: float(epsilon) };
  expect(evaluate('ncnn:UnitLength', [Tensor.float32([3, 4, 3, 0], [2, 2])], attributes)).toEqual([[...Float32Array.from(expected)]]);
});
