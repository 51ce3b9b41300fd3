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

/** Limit on the masks that are tried to leave out. */
const maxTried = 24;

/** The masks without those that are not needed, tried one by one from the last. */
export function withoutNeedless(masks: HalfMasks, isEnough: IsEnough): HalfMasks {
  let remaining = masks;
  for (const name of [...masks.keys()].reverse().slice(0, maxTried)) {
    const fewer = new Map(remaining);
    fewer.delete(name);
    if (isEnough(fewer)) remaining = fewer;
  }
  return remaining;
}
