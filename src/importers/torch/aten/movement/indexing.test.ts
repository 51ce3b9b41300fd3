import { describe, expect, it } from 'vitest';
import { callResult, counted, type TorchValues, traceValues } from '../../trace/testing.ts';
import { listValue, none, type TorchValue } from '../../values/value.ts';

const places = (values: readonly number[]): TorchValues => ({ dtype: 'int64', shape: [values.length], values });

/** `x[indices]`, where `undefined` selects a whole axis. */
function indexed(x: TorchValues, indices: readonly (TorchValues | undefined)[]): TorchValues {
  const tensors = indices.filter((index) => index !== undefined);
  const [result] = traceValues([x, ...tensors], (tracer, value = none, ...rest) => {
    const pending = [...rest];
    const list = indices.map((index): TorchValue => (index === undefined ? none : (pending.shift() ?? none)));
    return tracer.call('aten.index.Tensor', [value, listValue(list)]);
  });
  return result ?? { shape: [], values: [] };
}

describe('x[…]', () => {
  it('indexes one axis from either end', () => {
    expect(indexed(counted([2, 3]), [undefined, places([2, -3])]).values).toEqual([3, 1, 6, 4]);
  });

  it('pairs the indices of several axes', () => {
    expect(indexed(counted([2, 3]), [places([0, 1]), places([2, 0])]).values).toEqual([3, 4]);
    expect(indexed(counted([2, 2, 2]), [undefined, places([1, 0]), places([0, 1])]).values).toEqual([3, 2, 7, 6]);
  });

  it('puts the index axes first if others are between them', () => {
    expect(indexed(counted([2, 3, 2]), [places([1, 0]), undefined, places([0, 1])]).shape).toEqual([2, 3]);
    expect(indexed(counted([2, 3, 2]), [places([1, 0]), undefined, places([0, 1])]).values).toEqual([7, 9, 11, 2, 4, 6]);
  });
});

it('gathers along an axis', () => {
  const index: TorchValues = { dtype: 'int64', shape: [2, 1], values: [2, 0] };
  expect(callResult('aten.gather.default', [counted([2, 3]), 1, index]).values).toEqual([3, 4]);
});

it('scatters along an axis', () => {
  const index: TorchValues = { dtype: 'int64', shape: [2, 1], values: [2, 0] };
  expect(callResult('aten.scatter.value', [counted([2, 3]), 1, index, 9]).values).toEqual([1, 2, 9, 9, 5, 6]);
  expect(callResult('aten.scatter_add.default', [counted([2, 3]), 1, index, counted([2, 1])]).values).toEqual([1, 2, 4, 6, 5, 6]);
  expect(callResult('aten.index_add.default', [counted([2, 2]), 0, places([1, 1]), counted([2, 2])]).values).toEqual([1, 2, 7, 10]);
});

it('repeats elements and whole tensors', () => {
  expect(callResult('aten.repeat_interleave.self_int', [counted([2]), 2]).values).toEqual([1, 1, 2, 2]);
  expect(callResult('aten.repeat.default', [counted([2]), [2, 2]]).shape).toEqual([2, 4]);
});

it('pads from the last axis and crops with negative amounts', () => {
  expect(callResult('aten.pad.default', [counted([2, 2]), [1, 0, 0, 1]]).values).toEqual([0, 1, 2, 0, 3, 4, 0, 0, 0]);
  expect(callResult('aten.pad.default', [counted([4]), [-1, 1], 'constant', 7]).values).toEqual([2, 3, 4, 7]);
  expect(callResult('aten.pad.default', [counted([1, 3]), [2, 1], 'reflect']).values).toEqual([3, 2, 1, 2, 3, 2]);
  expect(callResult('aten.pad.default', [counted([1, 3]), [1, 1], 'circular']).values).toEqual([3, 1, 2, 3, 1]);
});
