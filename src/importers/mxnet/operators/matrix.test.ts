import { expect, it } from 'vitest';
import { countedValues, result } from '../testing.ts';

const [left, right] = [countedValues([2, 3]), countedValues([3, 2])];

it('multiplies matrices, including transposed ones', () => {
  expect(result('dot', {}, [left, right])).toEqual({ shape: [2, 2], values: [22, 28, 49, 64] });
  expect(result('dot', { transpose_b: 'True' }, [left, left]).values).toEqual([14, 32, 32, 77]);
  expect(result('dot', { transpose_a: '1' }, [left, left]).shape).toEqual([3, 3]);
});

it('returns a vector of one element for the product of two vectors', () => {
  expect(result('dot', {}, [countedValues([3]), countedValues([3])])).toEqual({ shape: [1], values: [14] });
});

it('multiplies in batches', () => {
  const batch = { shape: [1, 2, 3], values: left.values };
  expect(result('batch_dot', { transpose_b: 'True' }, [batch, batch])).toEqual({ shape: [1, 2, 2], values: [14, 32, 32, 77] });
  expect(result('_linalg_gemm2', { transpose_b: 'True', alpha: '2' }, [batch, batch]).values).toEqual([28, 64, 64, 154]);
});
