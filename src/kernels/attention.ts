export interface AttentionSizes {
  readonly rows: number;
  readonly keys: number;
  /** Row width of query and key. */
  readonly inner: number;
  /** Row width of the value. */
  readonly outputs: number;
}

/** Computes `softmax(scale * query · keyᵀ + mask) · value` for one head. All matrices are row-major. */
export function attend(
  query: ArrayLike<number>,
  key: ArrayLike<number>,
  value: ArrayLike<number>,
  mask: ArrayLike<number> | undefined,
  scale: number,
  { rows, keys, inner, outputs }: AttentionSizes,
): Float64Array {
  const result = new Float64Array(rows * outputs);
  for (let row = 0; row < rows; row++) {
    const scores = Float64Array.from({ length: keys }, (_, column) => {
      let sum = 0;
      for (let index = 0; index < inner; index++) sum += (query[row * inner + index] ?? 0) * (key[column * inner + index] ?? 0);
      return sum * scale + (mask?.[row * keys + column] ?? 0);
    });
    const top = scores.reduce((best, score) => Math.max(best, score), -3.4028234663852886e38);
    const shares = scores.map((score) => Math.exp(score - top));
    const total = shares.reduce((sum, share) => sum + share, 0);
    for (let output = 0; output < outputs; output++) {
      let sum = 0;
      for (let column = 0; column < keys; column++) sum += (shares[column] ?? 0) * (value[column * outputs + output] ?? 0);
      result[row * outputs + output] = sum / total;
    }
  }
  return result;
}
