import type { HalfMasks } from './masks.ts';

/** The first count of 1, 2, 4 … up to `all` that is enough; `all` if none is. Usually few layers are responsible. */
export function firstEnough(all: number, isEnough: (count: number) => boolean): number {
  let count = 1;
  while (count < all && !isEnough(count)) count *= 2;
  return Math.min(count, all);
}

type IsEnough = (masks: HalfMasks) => boolean;

/**
 * A smallest part of the added masks that is enough together with `base`, if all of them are, and more masks are never worse: the algorithm
 * QuickXplain (Junker, 2004). Earlier masks are preferred. The base alone is not enough.
 */
export function fewestOf(base: HalfMasks, added: HalfMasks, isEnough: IsEnough): HalfMasks {
  if (added.size <= 1) return added;
  const entries = [...added];
  const [first, second] = [new Map(entries.slice(0, added.size / 2)), new Map(entries.slice(added.size / 2))];
  const withFirst = joined(base, first);
  const neededOfSecond: HalfMasks = isEnough(withFirst) ? new Map() : fewestOf(withFirst, second, isEnough);
  const withSecond = joined(base, neededOfSecond);
  if (neededOfSecond.size > 0 && isEnough(withSecond)) return neededOfSecond;
  return joined(fewestOf(withSecond, first, isEnough), neededOfSecond);
}

/** All of the masks; where both have one for a layer, that of the second. */
export function joined(first: HalfMasks, second: HalfMasks): HalfMasks {
  return new Map([...first, ...second]);
}

/** Limit on the parts that are tried to leave out. */
const maxTried = 24;

/**
 * Masks that are enough without those that are not needed: first halves of them are left out, then smaller parts, at last single ones. Unlike
 * {@link fewestOf}, the result is enough even if more masks are sometimes worse, but it may have more masks than needed.
 */
export function withoutNeedless(masks: HalfMasks, isEnough: IsEnough): HalfMasks {
  let remaining = [...masks];
  let tried = 0;
  for (let size = Math.ceil(remaining.length / 2); size > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let end = remaining.length; end > 0 && tried < maxTried; end -= size, tried++) {
      const fewer = [...remaining.slice(0, Math.max(0, end - size)), ...remaining.slice(end)];
      if (isEnough(new Map(fewer))) remaining = fewer;
    }
  }
  return new Map(remaining);
}
