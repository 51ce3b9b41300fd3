import { expect, it } from 'vitest';
import { countedValues, result } from '../testing.ts';

it.each([
  ['(0, -1)', [2, 12]],
  ['(-1,)', [24]],
  ['(0, -2)', [2, 3, 4]],
  ['(-2,)', [2, 3, 4]],
  ['(-3, 0)', [6, 4]],
  ['(0, -3)', [2, 12]],
  ['(-4, 1, 2, -2)', [1, 2, 3, 4]],
  ['(0, -4, 3, -1, -2)', [2, 3, 1, 4]],
  ['(0, 0, -4, -1, 2)', [2, 3, 2, 2]],
  ['[4, 6]', [4, 6]],
])('reshapes [2,3,4] by the codes %s', (shape, expected) => {
  expect(result('Reshape', { shape }, [countedValues([2, 3, 4])]).shape).toEqual(expected);
});

it('reads the codes from the end with `reverse`', () => {
  // The example in the documentation of MXNet.
  const attributes = { shape: '(-1, 0)' };
  expect(result('Reshape', attributes, [countedValues([10, 5, 4])]).shape).toEqual([40, 5]);
  expect(result('reshape', { ...attributes, reverse: '1' }, [countedValues([10, 5, 4])]).shape).toEqual([50, 4]);
});

it('reads the target shape of old releases, where 0 is inferred', () => {
  expect(result('Reshape', { target_shape: '(2, 0)' }, [countedValues([2, 3, 4])]).shape).toEqual([2, 12]);
});

it('rejects codes for missing axes', () => {
  expect(() => result('Reshape', { shape: '(0, 0, 0, 0)' }, [countedValues([2, 3, 4])])).toThrow('takes more axes than [2,3,4] has');
});

it.each([
  ['Flatten', {}, [2, 12]],
  ['expand_dims', { axis: '1' }, [2, 1, 3, 4]],
  ['expand_dims', { axis: '-1' }, [2, 3, 4, 1]],
])('changes axes by %s %j', (operator, attributes, expected) => {
  expect(result(operator, attributes, [countedValues([2, 3, 4])]).shape).toEqual(expected);
});

it('keeps one axis if all are squeezed', () => {
  expect(result('squeeze', {}, [countedValues([1, 2, 1])]).shape).toEqual([2]);
  expect(result('squeeze', { axis: '(0,)' }, [countedValues([1, 2, 1])]).shape).toEqual([2, 1]);
  expect(result('squeeze', {}, [countedValues([1, 1])]).shape).toEqual([1]);
});
