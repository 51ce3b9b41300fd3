/** How much two results may differ. */
export interface Thresholds {
  /** Relative to the value. */
  readonly rtol: number;
  /** Relative to the largest value of the result, or to 1 if that is larger. */
  readonly atol: number;
}

export interface Comparison {
  readonly ok: boolean;
  readonly elements: number;
  /** Largest absolute difference. */
  readonly maxAbsolute: number;
  /** Largest difference relative to the reference, over elements that are not tiny compared to the largest one. */
  readonly maxRelative: number;
  /** The first element that differs too much; absent if none does. */
  readonly at?: { readonly index: number; readonly expected: number; readonly actual: number };
}

/** fp16 weights have relative errors of up to 1 / 2048, which add up along the net. */
export function defaultThresholds(precision: 'fp32' | 'fp16'): Thresholds {
  return precision === 'fp16' ? { rtol: 2e-2, atol: 1e-2 } : { rtol: 1e-3, atol: 1e-4 };
}

/** Compares a result with its reference element by element. NaNs and infinities must match exactly. */
export function compare(expected: ArrayLike<number>, actual: ArrayLike<number>, { rtol, atol }: Thresholds): Comparison {
  const elements = expected.length;
  if (actual.length !== elements)
    return { ok: false, elements, maxAbsolute: Number.POSITIVE_INFINITY, maxRelative: Number.POSITIVE_INFINITY };
  let largest = 0;
  for (let index = 0; index < elements; index++) {
    const size = Math.abs(expected[index] ?? 0);
    if (size > largest && size < Number.POSITIVE_INFINITY) largest = size;
  }
  const unit = Math.max(1, largest);
  let maxAbsolute = 0;
  let maxRelative = 0;
  let at: Comparison['at'];
  for (let index = 0; index < elements; index++) {
    const [expectedValue, actualValue] = [expected[index] ?? 0, actual[index] ?? 0];
    if (Object.is(expectedValue, actualValue) || expectedValue === actualValue) continue;
    const difference =
      Number.isFinite(expectedValue) && Number.isFinite(actualValue) ? Math.abs(expectedValue - actualValue) : Number.POSITIVE_INFINITY;
    if (difference > maxAbsolute) maxAbsolute = difference;
    if (Math.abs(expectedValue) > 1e-6 * unit) maxRelative = Math.max(maxRelative, difference / Math.abs(expectedValue));
    const near = difference < Number.POSITIVE_INFINITY && difference <= atol * unit + rtol * Math.abs(expectedValue);
    if (at === undefined && !near) at = { index, expected: expectedValue, actual: actualValue };
  }
  return { ok: at === undefined, elements, maxAbsolute, maxRelative, ...(at === undefined ? {} : { at }) };
}
