import { expect, it } from 'vitest';
import { type AttributeLiteral, makeNode } from '../../ir/graph.ts';
import { type Operand, OperatorNode } from '../../ir/operator.ts';
import { Tensor } from '../../ir/tensor.ts';
import { fourierOperators } from './fourier.ts';
import { windowOperators } from './windows.ts';

const families = { ...fourierOperators, ...windowOperators };

function operand(value: Tensor | readonly (number | string)[]): Operand {
  return value instanceof Tensor
    ? { name: 'c', dtype: value.dtype, shape: value.shape, constant: value }
    : { name: 'x', dtype: 'float32', shape: value };
}

function node(
  operator: string,
  values: readonly (Tensor | readonly (number | string)[] | undefined)[],
  attributes: Readonly<Record<string, AttributeLiteral>> = {},
): OperatorNode {
  return new OperatorNode(
    makeNode(operator, ['x'], ['y'], attributes),
    values.map((value) => value && operand(value)),
  );
}

it('generates periodic and symmetric windows', () => {
  const hann = (periodic: number): readonly number[] => {
    const size = Tensor.int64([4], []);
    const view = node('HannWindow', [size], { periodic });
    return Array.from(families.HannWindow?.evaluate?.(view, [size])[0]?.toFloat64() ?? [], (value) => Math.round(value * 1e6) / 1e6);
  };
  expect(hann(1)).toEqual([0, 0.5, 1, 0.5]);
  expect(hann(0)).toEqual([0, 0.75, 0.75, 0]);
});

it('infers the shape of a DFT', () => {
  const shape = (...values: Parameters<typeof node>) => families.DFT?.infer(node(...values))[0]?.shape;
  expect(shape('DFT', [['N', 10, 1]])).toEqual(['N', 10, 2]);
  expect(shape('DFT', [['N', 10, 1]], { onesided: 1 })).toEqual(['N', 6, 2]);
  expect(shape('DFT', [['N', 6, 2]], { onesided: 1, inverse: 1 })).toEqual(['N', 10, 1]);
  expect(shape('DFT', [['N', 10, 3, 1], Tensor.int64([16], []), Tensor.int64([1], [])])).toEqual(['N', 16, 3, 2]);
});

it('infers the number of STFT frames', () => {
  const frames = (signal: number | string): unknown =>
    families.STFT?.infer(node('STFT', [[1, signal, 1], Tensor.int64([4], []), undefined, Tensor.int64([8], [])]))[0]?.shape;
  expect(frames(20)).toEqual([1, 4, 5, 2]);
  expect(frames('L')).toEqual([1, '(floor((L-8)/4)+1)', 5, 2]);
  expect(() => frames(7)).toThrow(/no frame/);
});

it('rejects a transform of the complex axis', () => {
  expect(() => families.DFT?.infer(node('DFT', [[3, 4, 2], undefined, Tensor.int64([-1], [])]))).toThrow(/parts/);
});
