import { expect, it } from 'vitest';
import type { RunOutcome } from '../worker/messages.ts';
import { differenceOf, runChanges } from './changes.ts';

const output = (values: readonly number[], shape: readonly number[] = [values.length]): RunOutcome['outputs'][number] => ({
  name: 'y',
  shape,
  data: Float32Array.from(values),
});

it('measures the difference of two outputs', () => {
  expect(differenceOf(output([1, 2]), output([1, 2]))).toBe('none');
  expect(differenceOf(output([1, 2]), output([1, 2.5]))).toBe('0.5');
  expect(differenceOf(output([1, 2]), output([1, 2], [2, 1]))).toBe('another shape');
});

it('compares the times and outputs of two runs', () => {
  const run = (runTime: number, values: readonly number[]): RunOutcome => ({
    engine: 'interpreter',
    loadTime: 0,
    runTime,
    outputs: [output(values)],
    placements: {},
  });
  expect(runChanges(run(20, [1]), run(10, [2]))).toEqual([
    { title: 'Time to run', before: '20 ms', now: '10 ms', change: '−50 %' },
    { title: 'Difference of y', before: '', now: '1', change: '' },
  ]);
});
