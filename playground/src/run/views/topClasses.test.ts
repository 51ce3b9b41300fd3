import { expect, it } from 'vitest';
import { topClasses } from './topClasses.ts';

it('keeps probabilities and converts other scores to probabilities', () => {
  expect(topClasses([0.25, 0.75])).toEqual([
    { index: 1, score: 0.75, share: 0.75 },
    { index: 0, score: 0.25, share: 0.25 },
  ]);
  const [first, second] = topClasses([Math.log(3), 0]);
  expect(first).toMatchObject({ index: 0, share: expect.closeTo(0.75, 6) });
  expect(second).toMatchObject({ index: 1, share: expect.closeTo(0.25, 6) });
});

it('lists at most ten classes', () => {
  expect(topClasses(Float32Array.from({ length: 1000 }, (_, index) => index)).map(({ index }) => index)).toEqual([
    999, 998, 997, 996, 995, 994, 993, 992, 991, 990,
  ]);
});
