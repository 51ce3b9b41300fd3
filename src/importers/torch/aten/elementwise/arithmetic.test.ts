import { describe, expect, it } from 'vitest';
import { callResult, counted, type TorchValues } from '../../trace/testing.ts';

const int64 = (values: readonly number[]): TorchValues => ({ dtype: 'int64', shape: [values.length], values });
const float = (values: readonly number[]): TorchValues => ({ shape: [values.length], values });

describe('type promotion', () => {
  it('divides integers as floats', () => {
    expect(callResult('aten.div.Tensor', [int64([7, -7]), 2])).toEqual({ dtype: 'float32', shape: [2], values: [3.5, -3.5] });
  });

  it('keeps the type of a tensor combined with a number of its category', () => {
    expect(callResult('aten.add.Tensor', [{ dtype: 'int32', shape: [1], values: [3] }, 2]).dtype).toBe('int32');
    expect(callResult('aten.mul.Tensor', [{ dtype: 'float16', shape: [1], values: [3] }, 0.5]).dtype).toBe('float16');
  });

  it('uses float32 for an integer tensor combined with a fraction', () => {
    expect(callResult('aten.mul.Tensor', [int64([3]), 0.5])).toEqual({ dtype: 'float32', shape: [1], values: [1.5] });
  });

  it('gives a tensor with axes precedence over a scalar', () => {
    const scalar: TorchValues = { dtype: 'float64', shape: [], values: [2] };
    expect(callResult('aten.mul.Tensor', [float([3]), scalar]).dtype).toBe('float32');
    expect(callResult('aten.mul.Tensor', [int64([3]), scalar]).dtype).toBe('float64');
  });

  it('finds a signed type for signed and unsigned integers', () => {
    const bytes: TorchValues = { dtype: 'uint8', shape: [1], values: [200] };
    const signed: TorchValues = { dtype: 'int8', shape: [1], values: [100] };
    expect(callResult('aten.add.Tensor', [bytes, signed])).toEqual({ dtype: 'int16', shape: [1], values: [300] });
  });
});

describe('division with rounding', () => {
  it.each([
    ['floor', [-4, 3, -2]],
    ['trunc', [-3, 3, -1]],
  ])('of integers: %s', (rounding, values) => {
    expect(callResult('aten.div.Tensor_mode', [int64([-7, 7, -3]), 2], { rounding_mode: rounding })).toEqual({
      dtype: 'int64',
      shape: [3],
      values,
    });
  });

  it('of floats', () => {
    expect(callResult('aten.div.Tensor_mode', [float([-3.5, 3.5]), 1], { rounding_mode: 'trunc' }).values).toEqual([-3, 3]);
    expect(callResult('aten.floor_divide.default', [float([-3.5, 3.5]), float([1, 1])]).values).toEqual([-4, 3]);
  });

  it('gives a remainder the sign of the divisor or of the dividend', () => {
    expect(callResult('aten.remainder.Scalar', [int64([-7, 7]), 3]).values).toEqual([2, 1]);
    expect(callResult('aten.remainder.Scalar', [float([-7.5, 7.5]), -2]).values).toEqual([-1.5, -0.5]);
    expect(callResult('aten.fmod.Scalar', [float([-7.5, 7.5]), 2]).values).toEqual([-1.5, 1.5]);
  });

  it('rejects another rounding', () => {
    expect(() => callResult('aten.div.Tensor_mode', [float([1]), 1], { rounding_mode: 'up' })).toThrow('the rounding mode is "up"');
  });
});

it('scales the second operand of a sum', () => {
  expect(callResult('aten.sub.Tensor', [counted([2]), counted([2])], { alpha: 3 }).values).toEqual([-2, -4]);
  expect(callResult('aten.rsub.Scalar', [counted([2]), 10, 2]).values).toEqual([8, 6]);
});

it('adds and multiplies bools as logical operations', () => {
  const bools = (values: readonly number[]): TorchValues => ({ dtype: 'bool', shape: [4], values });
  const operands = [bools([0, 0, 1, 1]), bools([0, 1, 0, 1])];
  expect(callResult('aten.add.Tensor', operands)).toEqual({ dtype: 'bool', shape: [4], values: [0, 1, 1, 1] });
  expect(callResult('aten.mul.Tensor', operands)).toEqual({ dtype: 'bool', shape: [4], values: [0, 0, 0, 1] });
});

it('computes differences, including prepended values and bools', () => {
  const values = float([1, 4, 9, 16]);
  expect(callResult('aten.diff.default', [values]).values).toEqual([3, 5, 7]);
  expect(callResult('aten.diff.default', [values, 2]).values).toEqual([2, 2]);
  expect(callResult('aten.diff.default', [values, 1, -1, float([0])]).values).toEqual([1, 3, 5, 7]);
  const bools: TorchValues = { dtype: 'bool', shape: [3], values: [1, 0, 0] };
  expect(callResult('aten.diff.default', [bools])).toEqual({ dtype: 'bool', shape: [2], values: [1, 0] });
});
