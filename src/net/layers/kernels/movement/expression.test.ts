import { expect, it } from 'vitest';
import { evaluateSizes } from './expression.ts';

const blob = (...shape: readonly number[]) => ({ shape, values: new Float32Array(0) });

it('evaluates expressions over the bottom sizes', () => {
  const bottoms = [blob(12, 5), blob(2, 3, 4, 5)];
  expect(evaluateSizes('0w,0h', bottoms)).toEqual([5, 12]);
  expect(evaluateSizes('1w,1h,1d,1c', bottoms)).toEqual([5, 4, 3, 2]);
  expect(evaluateSizes('*(2,+(0h,1)),//(0w,2),-1,-(0w,max(1c,1d)),min(3,7)', bottoms)).toEqual([26, 2, -1, 2, 3]);
});

it('rejects expressions that it cannot parse', () => {
  expect(() => evaluateSizes('/(0w,2)', [blob(5)])).toThrow(/is not supported/);
  expect(() => evaluateSizes('2w', [blob(5)])).toThrow(/does not exist/);
});
