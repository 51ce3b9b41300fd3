import { expect, it } from 'vitest';
import { Tensor } from '../../ir/tensor.ts';
import { evaluateNode } from '../testing.ts';

const int32 = (values: readonly number[]): Tensor => Tensor.of('int32', [values.length], Int32Array.from(values));
const numbers = (results: readonly Tensor[]): readonly number[] => [...(results[0]?.toFloat64() ?? [])];

it('broadcasts both operands', () => {
  const [sum] = evaluateNode('Add', [Tensor.float32([1, 2], [2, 1]), Tensor.float32([10, 20, 30], [1, 3])]);
  expect(sum?.shape).toEqual([2, 3]);
  expect(sum?.values()).toEqual(Float32Array.of(11, 21, 31, 12, 22, 32));
});

it('rejects shapes that cannot be broadcast', () => {
  expect(() => evaluateNode('Add', [Tensor.float32([1, 2], [2]), Tensor.float32([1, 2, 3], [3])])).toThrow('cannot be broadcast');
});

it('truncates integer quotients', () => {
  expect(numbers(evaluateNode('Div', [int32([7, -7, 7]), int32([2, 2, -2])]))).toEqual([3, -3, -3]);
  expect(evaluateNode('Div', [Tensor.int64([-9007199254740993n]), Tensor.int64([2])])[0]?.values()).toEqual(
    BigInt64Array.of(-4503599627370496n),
  );
});

it('rejects a division of integers by zero', () => {
  expect(() => evaluateNode('Div', [int32([1]), int32([0])])).toThrow('divided by zero');
});

it('wraps unsigned results', () => {
  const byte = (value: number): Tensor => Tensor.of('uint8', [1], Uint8Array.of(value));
  expect(numbers(evaluateNode('Sub', [byte(3), byte(5)]))).toEqual([254]);
  expect(numbers(evaluateNode('Mul', [byte(16), byte(17)]))).toEqual([16]);
});

it('keeps the low 32 bits of a product', () => {
  expect(numbers(evaluateNode('Mul', [int32([123456789]), int32([987654321])]))).toEqual([Math.imul(123456789, 987654321)]);
});

it('rounds sums of half precision', () => {
  const half = (value: number): Tensor => Tensor.of('float16', [1], Float32Array.of(value));
  expect(numbers(evaluateNode('Add', [half(2048), half(1)]))).toEqual([2048]);
});

it('gives remainders the sign of the divisor, or of the dividend with fmod', () => {
  const operands = [int32([-4, 7, 5]), int32([3, -3, 8])];
  expect(numbers(evaluateNode('Mod', operands))).toEqual([2, -2, 5]);
  expect(numbers(evaluateNode('Mod', operands, { fmod: 1 }))).toEqual([-1, 1, 5]);
});

it('raises to powers exactly in 64 bits', () => {
  const [result] = evaluateNode('Pow', [Tensor.int64([3, -2, -1]), Tensor.int64([39, 3, -3])]);
  expect(result?.values()).toEqual(BigInt64Array.of(4052555153018976267n, -8n, -1n));
});

it('takes the maximum of any number of operands and propagates NaN', () => {
  const operands = [Tensor.float32([1, 5], [2]), Tensor.float32([3]), Tensor.float32([2, Number.NaN], [2])];
  expect(numbers(evaluateNode('Max', operands))).toEqual([3, Number.NaN]);
});

it('averages operands', () => {
  expect(numbers(evaluateNode('Mean', [Tensor.float32([1, 2], [2]), Tensor.float32([3, 6], [2])]))).toEqual([2, 4]);
});
