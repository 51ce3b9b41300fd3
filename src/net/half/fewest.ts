import type { HalfMasks } from './masks.ts';

/** The smallest count up to `all` that is enough, if `all` is and so is any larger count than one that is enough. */
export function fewest(all: number, isEnough: (count: number) => boolean): number {
  let [bad, good] = [-1, all];
  // Double the count first, because usually few layers are responsible; then bisect.
  for (let count = 1; count < good; count *= 2) {
    if (isEnough(count)) good = count;
    else bad = count;
  }
  while (good - bad > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (isEnough(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

/** Limit on the masks that are tried for removal. */
const maxDropped = 24;

/** The masks without those that are not needed; the last ones are tried first. */
export function withoutNeedless(masks: HalfMasks, isEnough: (masks: HalfMasks) => boolean): HalfMasks {
  const kept = new Map(masks);
  for (const [name, mask] of [...masks].reverse().slice(0, maxDropped)) {
    kept.delete(name);
    if (!isEnough(kept)) kept.set(name, mask);
  }
  return kept;
}
