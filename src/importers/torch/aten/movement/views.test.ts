import { describe, expect, it } from 'vitest';
import { callResult, callResults, counted, pythonValue, traceValues } from '../../trace/testing.ts';
import { none } from '../../values/value.ts';

describe('reshape', () => {
  it('infers one size', () => {
    expect(callResult('aten.view.default', [counted([2, 6]), [-1, 4]]).shape).toEqual([3, 4]);
    expect(callResult('aten.flatten.using_ints', [counted([2, 3, 4]), 1]).shape).toEqual([2, 12]);
    expect(callResult('aten.unflatten.int', [counted([2, 12]), -1, [3, -1]]).shape).toEqual([2, 3, 4]);
  });

  it('removes only axes of size 1', () => {
    expect(callResult('aten.squeeze.default', [counted([1, 3, 1])]).shape).toEqual([3]);
    expect(callResult('aten.squeeze.dims', [counted([1, 3, 1]), [0, 1]]).shape).toEqual([3, 1]);
  });
});

describe('slices of an axis', () => {
  it('count from either end and clamp', () => {
    expect(callResult('aten.slice.Tensor', [counted([5]), 0, -3, 99]).values).toEqual([3, 4, 5]);
    expect(callResult('aten.slice.Tensor', [counted([5]), 0, 3, 1]).values).toEqual([]);
    expect(callResult('aten.select.int', [counted([2, 3]), 1, -1]).values).toEqual([3, 6]);
    expect(() => callResult('aten.select.int', [counted([2, 3]), 1, 3])).toThrow('index 3 does not exist on axis 1 of size 3');
  });

  it('match the number of torch', () => {
    const sizes = (target: string, ...args: readonly (number | number[])[]): readonly unknown[] =>
      callResults(target, [counted([7]), ...args]).map(({ shape }) => shape[0]);
    expect(sizes('aten.chunk.default', 4)).toEqual([2, 2, 2, 1]);
    expect(sizes('aten.chunk.default', 5)).toEqual([2, 2, 2, 1]);
    expect(sizes('aten.split.Tensor', 3)).toEqual([3, 3, 1]);
    expect(sizes('aten.unsafe_chunk.default', 5)).toEqual([2, 2, 2, 1]);
    expect(sizes('aten.unsafe_split.Tensor', 3)).toEqual([3, 3, 1]);
    expect(sizes('aten.unsafe_split_with_sizes.default', [3, 4])).toEqual([3, 4]);
    expect(sizes('aten.tensor_split.sections', 3)).toEqual([3, 2, 2]);
    expect(sizes('aten.tensor_split.indices', [2, 5])).toEqual([2, 3, 2]);
    expect(callResults('aten.unbind.int', [counted([2, 2])]).map(({ values }) => values)).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });
});

describe('axes', () => {
  it('are moved and swapped', () => {
    expect(callResult('aten.movedim.int', [counted([2, 3, 4]), 0, -1]).shape).toEqual([3, 4, 2]);
    expect(callResult('aten.permute.default', [counted([2, 3, 4]), [-1, 0, 1]]).shape).toEqual([4, 2, 3]);
    expect(() => callResult('aten.permute.default', [counted([2, 3]), [0, 0]])).toThrow('does not name the 2 axes once each');
  });

  it('can be expanded but then not written', () => {
    expect(callResult('aten.expand.default', [counted([2, 1]), [3, -1, 2]]).values).toEqual([1, 1, 2, 2, 1, 1, 2, 2, 1, 1, 2, 2]);
    expect(() =>
      traceValues([counted([1])], (tracer, x = none) => {
        const [spread = none] = tracer.call('aten.expand.default', [x, pythonValue([2])]);
        return tracer.call('aten.add_.Tensor', [spread, pythonValue(1)]);
      }),
    ).toThrow('elements may appear twice');
  });
});

it('rolls', () => {
  expect(callResult('aten.roll.default', [counted([5]), [2], [0]]).values).toEqual([4, 5, 1, 2, 3]);
  expect(callResult('aten.roll.default', [counted([2, 2]), [1]]).values).toEqual([4, 1, 2, 3]);
});

it('flips', () => {
  expect(callResult('aten.flip.default', [counted([2, 2]), [0, 1]]).values).toEqual([4, 3, 2, 1]);
});

it('rotates', () => {
  expect(callResult('aten.rot90.default', [counted([2, 2]), 1, [0, 1]]).values).toEqual([2, 4, 1, 3]);
});

it('unfolds windows', () => {
  expect(callResult('aten.unfold.default', [counted([5]), 0, 3, 2]).values).toEqual([1, 2, 3, 3, 4, 5]);
});

it('takes diagonals', () => {
  expect(callResult('aten.diagonal.default', [counted([2, 3]), 1]).values).toEqual([2, 6]);
  expect(callResult('aten.diag_embed.default', [counted([2]), 1]).values).toEqual([0, 1, 0, 0, 0, 2, 0, 0, 0]);
});
