import { describe, expect, it } from 'vitest';
import { fewestOf, firstEnough, withoutNeedless } from './fewest.ts';
import type { HalfMasks } from './masks.ts';

const names = Array.from({ length: 60 }, (_, index) => `layer${index}`);
const all: HalfMasks = new Map(names.map((name) => [name, 'storage']));
const none: HalfMasks = new Map();

it.each([
  [1, 1],
  [3, 4],
  [8, 8],
  [65, 100],
  [100, 100],
  [101, 100],
])('the first power of two that is enough is found, up to 100: %j', (sufficient, found) => {
  expect(firstEnough(100, (count) => count >= sufficient)).toBe(found);
});

describe('the fewest masks that are enough', () => {
  it.each([[['layer0']], [['layer59']], [['layer7', 'layer8', 'layer41']], [['layer3', 'layer50']]])('are %j', (needed) => {
    let tried = 0;
    const found = fewestOf(none, all, (masks) => {
      tried++;
      return needed.every((name) => masks.has(name));
    });
    expect([...found.keys()].sort()).toEqual([...needed].sort());
    expect(tried).toBeLessThan(3 + 10 * needed.length);
  });

  it('are the earlier of equal ones', () => {
    expect([...fewestOf(none, all, (masks) => masks.size > 0).keys()]).toEqual(['layer0']);
  });

  it('add to those that are needed anyway', () => {
    const base: HalfMasks = new Map([['other', 'arithmetic']]);
    expect([...fewestOf(base, all, (masks) => masks.has('other') && masks.has('layer9')).keys()]).toEqual(['layer9']);
  });
});

describe('masks that are not needed', () => {
  it('are left out', () => {
    const needed = ['layer7', 'layer8', 'layer41'];
    expect([...withoutNeedless(all, (masks) => needed.every((name) => masks.has(name))).keys()]).toEqual(needed);
  });

  it('stay where more masks are sometimes worse', () => {
    const isEnough = (masks: HalfMasks): boolean => masks.has('layer3') && masks.size % 3 === 0;
    const left = withoutNeedless(all, isEnough);
    expect(isEnough(left)).toBe(true);
    expect(left.size).toBeLessThan(all.size);
  });
});
