import { expect, it } from 'vitest';
import { Tensor } from '../../ir/tensor.ts';
import { evaluateNode } from '../testing.ts';

it('truncates floats', () => {
  expect(evaluateNode('Cast', [Tensor.float32([-1.7, 2.9])], { to: 7 })[0]?.values()).toEqual(BigInt64Array.of(-1n, 2n));
});

it('wraps integers', () => {
  expect(evaluateNode('Cast', [Tensor.int64([300, -1])], { to: 2 })[0]?.values()).toEqual(Uint8Array.of(44, 255));
});

it('maps nonzero values to true', () => {
  expect(evaluateNode('Cast', [Tensor.float32([0, 0.5, Number.NaN])], { to: 9 })[0]?.values()).toEqual(Uint8Array.of(0, 1, 1));
});

it('converts values out of range to the least integer', () => {
  expect(evaluateNode('Cast', [Tensor.float32([Number.NaN])], { to: 7 })[0]?.values()).toEqual(BigInt64Array.of(-(2n ** 63n)));
});

it('rounds to half precision', () => {
  expect(evaluateNode('Cast', [Tensor.float32([0.1])], { to: 10 })[0]?.toFloat64()[0]).toBe(0.0999755859375);
});

it('writes numbers as text', () => {
  const [text] = evaluateNode('Cast', [Tensor.float32([0.1, Infinity])], { to: 8 });
  expect(text?.values()).toEqual(['0.1', 'INF']);
});

it('reads numbers from text', () => {
  expect(evaluateNode('Cast', [Tensor.of('string', [2], ['1e-5', '-inf'])], { to: 1 })[0]?.values()).toEqual(
    Float32Array.of(1e-5, -Infinity),
  );
});

it('reinterprets bits', () => {
  expect(evaluateNode('BitCast', [Tensor.float32([1], [1])], { to: 6 })[0]?.values()).toEqual(Int32Array.of(0x3f800000));
});

it('quantizes with halves to even and saturation', () => {
  const zero = Tensor.of('uint8', [], Uint8Array.of(128));
  const [result] = evaluateNode('QuantizeLinear', [Tensor.float32([0, 2, 3, 1000, -254, -1000]), Tensor.float32([2]), zero]);
  expect(result?.values()).toEqual(Uint8Array.of(128, 129, 130, 255, 1, 0));
});

it('uses a scale for each entry of an axis', () => {
  const x = Tensor.of('int8', [1, 2, 2], Int8Array.of(1, 2, 3, 4));
  const zero = Tensor.of('int8', [2], Int8Array.of(0, 1));
  const [result] = evaluateNode('DequantizeLinear', [x, Tensor.float32([0.5, 2]), zero], { axis: 1 });
  expect(result?.values()).toEqual(Float32Array.of(0.5, 1, 4, 6));
});

it('uses a scale for each block', () => {
  const x = Tensor.of('uint8', [1, 4], Uint8Array.of(1, 1, 1, 1));
  const [result] = evaluateNode('DequantizeLinear', [x, Tensor.float32([1, 3], [1, 2])], { axis: 1, block_size: 2 });
  expect(result?.values()).toEqual(Float32Array.of(1, 1, 3, 3));
});

it('shifts in sign bits from the left and shifts everything out', () => {
  const byte = (...values: readonly number[]): Tensor => Tensor.of('int8', [values.length], Int8Array.from(values));
  expect(evaluateNode('BitShift', [byte(-8, 16, -1), byte(1, 2, 9)], { direction: 'RIGHT' })[0]?.values()).toEqual(Int8Array.of(-4, 4, -1));
  expect(evaluateNode('BitShift', [byte(64, 1), byte(1, 9)], { direction: 'LEFT' })[0]?.values()).toEqual(Int8Array.of(-128, 0));
});

it('compares strings', () => {
  const text = Tensor.of('string', [2], ['a', 'b']);
  expect(evaluateNode('Equal', [text, Tensor.of('string', [1], ['b'])])[0]?.values()).toEqual(Uint8Array.of(0, 1));
});

it('compares NaN as unequal', () => {
  const nan = Tensor.float32([Number.NaN]);
  expect(evaluateNode('LessOrEqual', [nan, nan])[0]?.values()).toEqual(Uint8Array.of(0));
});

it('lets the upper bound of Clip win', () => {
  const [result] = evaluateNode('Clip', [Tensor.float32([-9, 9]), Tensor.float32([5]), Tensor.float32([1])]);
  expect(result?.values()).toEqual(Float32Array.of(1, 1));
});

it('rejects Dropout in training mode', () => {
  const training = Tensor.of('bool', [], Uint8Array.of(1));
  expect(() => evaluateNode('Dropout', [Tensor.float32([1]), Tensor.float32([0.5]), training])).toThrow('training');
});
