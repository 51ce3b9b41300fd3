import { expect, it } from 'vitest';
import { adviceLabel, isComplete, withAdvice } from './withAdvice.ts';

it('adds the options of the advice to the others', () => {
  const options = { shape: { y: [1] }, precision: 'fp16' } as const;
  expect(withAdvice(options, [{ option: 'shape', input: 'x', dims: [1, 3, 64, 64] }])).toEqual({
    shape: { y: [1], x: [1, 3, 64, 64] },
    precision: 'fp16',
  });
  expect(withAdvice(options, [{ option: 'outputs', names: ['a', 'b'] }])).toMatchObject({ outputs: ['a', 'b'] });
  expect(withAdvice({ fp32Layers: ['a'] }, [{ option: 'fp32Layers', layers: ['a', 'b'] }])).toEqual({ fp32Layers: ['a', 'b'] });
  expect(withAdvice(options, [{ option: 'maxSteps', value: 9 }])).toMatchObject({ maxSteps: 9 });
});

it('ignores incomplete advice', () => {
  expect(isComplete({ option: 'shape', input: 'x' })).toBe(false);
  expect(isComplete({ option: 'const', input: 'x' })).toBe(false);
  expect(isComplete({ option: 'outputs', names: [] })).toBe(false);
  expect(withAdvice({}, [{ option: 'shape', input: 'x' }])).toEqual({});
});

it('describes the advice', () => {
  expect(adviceLabel([{ option: 'shape', input: 'x', dims: [1, 3] }])).toBe('x = 1 × 3');
});
