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

/** Limit on the sets of masks that are tried. */
const maxTried = 24;

/** The masks without those that are not needed: first halves of them are left out, then smaller parts, at last single ones. */
export function withoutNeedless(masks: HalfMasks, isEnough: (masks: HalfMasks) => boolean): HalfMasks {
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
