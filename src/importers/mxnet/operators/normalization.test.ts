import { expect, it } from 'vitest';
import { result } from '../testing.ts';

const image = { shape: [1, 2, 1, 2], values: [1, 3, 4, 8] };
const statistics = (gamma: number): readonly { shape: readonly number[]; values: readonly number[] }[] =>
  [
    [gamma, gamma],
    [0, 1],
    [2, 6],
    [1, 4],
  ].map((values) => ({ shape: [2], values }));

it('ignores gamma unless `fix_gamma` is off and adds 1e-3 to the variance by default', () => {
  const scale = 1 / Math.sqrt(1 + 1e-3);
  expect(result('BatchNorm', {}, [image], statistics(5)).values[1]).toBeCloseTo(scale, 6);
  expect(result('BatchNorm', { fix_gamma: 'False' }, [image], statistics(5)).values[1]).toBeCloseTo(5 * scale, 5);
  expect(result('BatchNorm', { fix_gamma: '0', eps: '3' }, [image], statistics(5)).values[1]).toBeCloseTo(2.5, 5);
  expect(result('BatchNorm', { use_global_stats: 'True' }, [image], statistics(5)).values[3]).toBeCloseTo(1 + 2 / Math.sqrt(4 + 1e-3), 6);
});

it('normalizes along another axis', () => {
  expect(result('BatchNorm', { axis: '-1', fix_gamma: '1', eps: '0' }, [image], statistics(1)).values).toEqual([-1, -0.5, 2, 2]);
});

it.each([
  ['instance', [1, 3, 4, 8].map((value) => value / Math.sqrt(90))],
  ['channel', [1 / Math.sqrt(17), 3 / Math.sqrt(73), 4 / Math.sqrt(17), 8 / Math.sqrt(73)]],
  ['spatial', [1 / Math.sqrt(10), 3 / Math.sqrt(10), 4 / Math.sqrt(80), 8 / Math.sqrt(80)]],
])('divides by the length of a sample, pixel or channel (%s)', (mode, expected) => {
  for (const [index, value] of result('L2Normalization', { mode }, [image]).values.entries())
    expect(value).toBeCloseTo(expected[index] ?? 0, 6);
});

it('reports both shapes of mismatched weights', () => {
  const [gamma, ...otherStatistics] = statistics(1);
  expect(gamma).toBeDefined();
  expect(() => result('BatchNorm', { fix_gamma: 'False' }, [image], [{ shape: [3], values: [1, 1, 1] }, ...otherStatistics])).toThrow(
    '[3] instead of [2]',
  );
});
