import { expect, it } from 'vitest';
import { requestedShape } from './requestedShape.ts';

it('leaves axes as they are declared where -1 is given', () => {
  expect(requestedShape('x', [1, -1, 48, -1], ['N', 3, 'H', 'W'])).toEqual([1, 3, 48, 'W']);
});

it('names free axes of an input that declares none', () => {
  expect(requestedShape('x', [1, -1], undefined)).toEqual([1, 'x_1']);
});
