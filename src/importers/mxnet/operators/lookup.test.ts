import { expect, it } from 'vitest';
import { countedValues, result } from '../testing.ts';

const table = countedValues([3, 2]);

it('looks up rows of a table', () => {
  const attributes = { input_dim: '3', output_dim: '2' };
  expect(result('Embedding', attributes, [{ shape: [2], values: [2, 0] }], [table]).values).toEqual([5, 6, 1, 2]);
});

it('reports the expected shape of a table', () => {
  const attributes = { input_dim: '3', output_dim: '2' };
  expect(() => result('Embedding', { ...attributes, input_dim: '4' }, [countedValues([2])], [table])).toThrow('[3,2] instead of [4,2]');
});

it('clamps constant indices to their axis or wraps them', () => {
  const beyond = { shape: [2], values: [-1, 5] };
  expect(result('take', {}, [table], [beyond]).values).toEqual([1, 2, 5, 6]);
  expect(result('take', { mode: 'wrap' }, [table], [beyond]).values).toEqual([5, 6, 5, 6]);
});

it('picks one element of each row', () => {
  expect(result('pick', { axis: '1' }, [table], [{ shape: [3], values: [1, 0, 1] }])).toEqual({ shape: [3], values: [2, 3, 6] });
  expect(result('pick', { axis: '1', keepdims: 'True' }, [table], [{ shape: [3], values: [1, 0, 1] }]).shape).toEqual([3, 1]);
});

it('has the values of one_hot', () => {
  const attributes = { depth: '3', on_value: '5', off_value: '-1' };
  expect(result('one_hot', attributes, [{ shape: [1], values: [1] }])).toEqual({ shape: [1, 3], values: [-1, 5, -1] });
});
