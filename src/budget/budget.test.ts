import { expect, it } from 'vitest';
import { NcnnError } from '../diagnostics/diagnostic.ts';
import { Budget } from './budget.ts';
import { limits, type Resource } from './limits.ts';

function refusal(action: () => void): unknown {
  try {
    action();
    return undefined;
  } catch (error) {
    return error instanceof NcnnError ? error.diagnostics[0] : error;
  }
}

it('has limits in proportion to the files that were read', () => {
  const budget = new Budget({}, 600);
  expect(budget.limit('entries')).toBe(2 ** 18 + 100);
  budget.read(1200);
  expect(budget.limit('entries')).toBe(2 ** 18 + 300);
  expect(budget.limit('steps')).toBe(2 ** 27 + 256 * 1800);
});

it.each(Object.keys(limits) as Resource[])('rejects more %s than allowed and names the option that allows it', (resource) => {
  const { option } = limits[resource];
  const budget = new Budget({ [option]: 10 }, 1_000_000);
  budget.spend(resource, 10);
  expect(budget.allows(resource, 1)).toBe(false);
  expect(refusal(() => budget.spend(resource, 31, { node: 'n' }))).toMatchObject({
    code: 'limit-exceeded',
    message: expect.stringMatching(/^the model takes more than 10 /),
    place: { node: 'n' },
    advice: [{ option, value: 80 }],
  });
  const raised = new Budget({ [option]: 80 });
  raised.spend(resource, 10);
  raised.spend(resource, 31);
});

it('rejects an amount that is not a number, without suggesting a value', () => {
  const budget = new Budget();
  expect(refusal(() => budget.spend('steps', Number.NaN))).toMatchObject({ code: 'limit-exceeded' });
  expect(refusal(() => budget.spend('steps', 2 ** 60))).toMatchObject({ advice: [{ option: 'maxSteps' }] });
  expect(budget.allows('steps', Number.NaN)).toBe(false);
  expect(budget.allows('steps', 2 ** 27)).toBe(true);
});

it('subtracts what is released', () => {
  const budget = new Budget({ maxElements: 10 });
  budget.spend('elements', 8);
  budget.release('elements', 5);
  expect(budget.allows('elements', 7)).toBe(true);
  expect(budget.allows('elements', 8)).toBe(false);
});

it('is renewed for another walk and grows with the files read since', () => {
  const budget = new Budget({}, 0);
  budget.spend('nodes', 2 ** 14);
  const renewed = budget.renewed();
  expect(renewed.allows('nodes', 2 ** 14)).toBe(true);
  budget.read(256);
  expect(renewed.limit('nodes')).toBe(2 ** 14 + 1);
});
