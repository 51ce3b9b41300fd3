/** The larger of two 64-bit integers, because `Math.max` does not accept bigint. */
export function largerInteger(left: bigint, right: bigint): bigint {
  if (left < right) return right;
  return left;
}

/** The smaller of two 64-bit integers. */
export function smallerInteger(left: bigint, right: bigint): bigint {
  if (right < left) return right;
  return left;
}
