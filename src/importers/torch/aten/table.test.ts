import { expect, it } from 'vitest';
import { atenOperators } from './index.ts';

it('lists each operator once with a valid schema', () => {
  const targets = atenOperators.map(({ target }) => target);
  expect(targets.filter((target, place) => targets.indexOf(target) !== place)).toEqual([]);
  expect(atenOperators.filter(({ target, schema }) => schema().target !== target).map(({ target }) => target)).toEqual([]);
});
