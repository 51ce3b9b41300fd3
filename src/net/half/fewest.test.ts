import { describe, expect, it } from 'vitest';
import { fewest, withoutNeedless } from './fewest.ts';

describe('the fewest', () => {
  it.each([0, 1, 2, 3, 7, 8, 100])('of 100 that are enough are found: %j', (sufficient) => {
    let tried = 0;
    const found = fewest(100, (count) => {
      tried++;
      return count >= sufficient;
    });
    expect(found).toBe(sufficient);
    expect(tried).toBeLessThan(16);
  });

  it.each([0, 1])('of %j are found', (all) => {
    expect(fewest(all, () => false)).toBe(all);
    expect(fewest(all, () => true)).toBe(0);
  });
});

describe('masks that are not needed', () => {
  it('are left out', () => {
    const names = Array.from({ length: 60 }, (_, index) => `layer${index}`);
    const needed = ['layer7', 'layer8', 'layer41'];
    const left = withoutNeedless(new Map(names.map((name) => [name, 'storage'])), (masks) => needed.every((name) => masks.has(name)));
    expect([...left.keys()]).toEqual(needed);
  });
});
