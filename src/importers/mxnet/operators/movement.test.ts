import { expect, it } from 'vitest';
import { countedValues, result } from '../testing.ts';

it.each([
  ['transpose', {}, [4, 3, 2]],
  ['transpose', { axes: '(0, 2, 1)' }, [2, 4, 3]],
  ['SwapAxis', { dim1: '0', dim2: '2' }, [4, 3, 2]],
  ['swapaxes', { dim1: '1', dim2: '2' }, [2, 4, 3]],
  ['tile', { reps: '(2,)' }, [2, 3, 8]],
  ['tile', { reps: '(2, 1, 1, 2)' }, [2, 2, 3, 8]],
  ['repeat', { repeats: '2', axis: '1' }, [2, 6, 4]],
  ['repeat', { repeats: '2' }, [48]],
  ['broadcast_axis', { axis: '()', size: '()' }, [2, 3, 4]],
])('%s %j returns the shape of MXNet', (operator, attributes, expected) => {
  expect(result(operator, attributes, [countedValues([2, 3, 4])]).shape).toEqual(expected);
});

it('concatenates along axis 1 by default', () => {
  const [a, b] = [countedValues([2, 1]), countedValues([2, 1], 5)];
  expect(result('Concat', { num_args: '2' }, [a, b])).toEqual({ shape: [2, 2], values: [1, 5, 2, 6] });
  expect(result('Concat', { dim: '0' }, [a, b]).values).toEqual([1, 2, 5, 6]);
});

it('stacks along axis 0 by default', () => {
  const [a, b] = [countedValues([2, 1]), countedValues([2, 1], 5)];
  expect(result('stack', { num_args: '2' }, [a, b]).shape).toEqual([2, 2, 1]);
  expect(result('stack', { axis: '-1' }, [a, b]).shape).toEqual([2, 1, 2]);
});

it('pads before and after each axis in order', () => {
  const row = countedValues([1, 1, 1, 2]);
  const attributes = { mode: 'constant', pad_width: '(0, 0, 0, 0, 0, 0, 1, 2)', constant_value: '9' };
  expect(result('Pad', attributes, [row]).values).toEqual([9, 1, 2, 9, 9]);
  expect(result('pad', { ...attributes, mode: 'edge' }, [row]).values).toEqual([1, 1, 2, 2, 2]);
});

it('repeats elements', () => {
  expect(result('repeat', { repeats: '2' }, [countedValues([2])]).values).toEqual([1, 1, 2, 2]);
});

it('flips axes', () => {
  expect(result('reverse', { axis: '1' }, [countedValues([1, 3])]).values).toEqual([3, 2, 1]);
});

it('rejects padding of missing axes', () => {
  expect(() => result('Pad', { mode: 'edge', pad_width: '(1, 1)' }, [countedValues([1, 2])])).toThrow('2 numbers for 2 axes');
});
