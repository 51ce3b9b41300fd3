import { expect, it } from 'vitest';
import type { Net } from '../net.ts';
import type { HalfMasks } from './masks.ts';
import { Search, type SearchedTrial } from './search.ts';

const net: Net = { layers: [], shapes: new Map(), outputs: [] };
const names = Array.from({ length: 32 }, (_, index) => `layer${index}`);
const reversed = [...names].reverse();

/** An input that needs masks on the named layers; counts the masks that are tried. */
function needing(...needed: readonly string[]): SearchedTrial & { tried: number } {
  const trial = {
    tried: 0,
    isEnough: (masks: HalfMasks): boolean => {
      trial.tried++;
      return needed.every((name) => masks.has(name));
    },
    lossesWith: () => [],
  };
  return trial;
}

it('adds to the masks for each input that needs more', () => {
  const trials = [needing('layer1'), needing(), needing('layer9', 'layer1'), needing('layer30')];
  const masks = new Search(net, [names], 'arithmetic').run(trials);
  expect([...masks].sort()).toEqual([
    ['layer1', 'arithmetic'],
    ['layer30', 'arithmetic'],
    ['layer9', 'arithmetic'],
  ]);
});

it('takes the ranking in which the layers come first', () => {
  const [one, both] = [needing('layer31'), needing('layer31')];
  new Search(net, [names], 'arithmetic').run([one]);
  const masks = new Search(net, [names, reversed], 'arithmetic').run([both]);
  expect([...masks.keys()]).toEqual(['layer31']);
  expect(both.tried).toBeLessThan(one.tried / 2);
});

it('masks all layers if even that is not enough', () => {
  const masks = new Search(net, [names], 'storage').run([{ isEnough: () => false, lossesWith: () => [] }]);
  expect(masks.size).toBe(names.length);
});

it('finds masks that are enough where more are sometimes worse', () => {
  const isEnough = (masks: HalfMasks): boolean => masks.has('layer5') && masks.size % 4 === 0 && masks.size > 4;
  const masks = new Search(net, [names], 'arithmetic').run([{ isEnough, lossesWith: () => [] }]);
  expect(isEnough(masks)).toBe(true);
});
