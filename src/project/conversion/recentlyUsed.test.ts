import { expect, it } from 'vitest';
import { RecentlyUsed } from './recentlyUsed.ts';

const cachedKeys = (cache: RecentlyUsed<number>, ...keys: readonly string[]): readonly string[] =>
  keys.filter((key) => cache.get(key) !== undefined);

it('drops the least recently used entries beyond the limit', () => {
  const cache = new RecentlyUsed<number>(10, (size) => size);
  cache.set('a', 4);
  cache.set('b', 4);
  expect(cache.get('a')).toBe(4);
  cache.set('c', 4);
  expect(cachedKeys(cache, 'a', 'b', 'c')).toEqual(['a', 'c']);
});

it('no longer counts a replaced or deleted value', () => {
  const cache = new RecentlyUsed<number>(10, (size) => size);
  cache.set('a', 9);
  cache.set('a', 2);
  cache.set('b', 8);
  expect(cachedKeys(cache, 'a', 'b')).toEqual(['a', 'b']);
  cache.delete('b');
  cache.set('c', 8);
  expect(cachedKeys(cache, 'a', 'b', 'c')).toEqual(['a', 'c']);
});

it('keeps the newest value, however large it is', () => {
  const cache = new RecentlyUsed<number>(10, (size) => size);
  cache.set('a', 1);
  cache.set('b', 100);
  expect(cachedKeys(cache, 'a', 'b')).toEqual(['b']);
});
