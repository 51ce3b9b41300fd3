import { expect, it } from 'vitest';
import { rowClasses, spelled } from './rowClasses.ts';

it('decodes the best class of each row without blanks and repetitions', () => {
  const scores = [0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
  const rows = rowClasses(scores, 4);
  expect(rows.map(({ index }) => index)).toEqual([1, 1, 0, 1, 2, 3]);
  expect(spelled(rows, ['a', 'b'])).toBe('aab ');
});
