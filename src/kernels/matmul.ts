/**
 * Product of two matrices in row-major order, [m, k] from `a[firstA]` on and [k, n] from `b[firstB]` on, written to
 * `target[firstTarget]` on. Sums are float64.
 */
export function multiplyMatrices(
  a: ArrayLike<number>,
  firstA: number,
  b: ArrayLike<number>,
  firstB: number,
  target: Float64Array,
  firstTarget: number,
  [m, k, n]: readonly [m: number, k: number, n: number],
): void {
  for (let row = 0; row < m; row++) {
    const out = firstTarget + row * n;
    for (let column = 0; column < n; column++) target[out + column] = 0;
    for (let inner = 0; inner < k; inner++) {
      const factor = a[firstA + row * k + inner] ?? 0;
      const source = firstB + inner * n;
      for (let column = 0; column < n; column++) {
        target[out + column] = (target[out + column] ?? 0) + factor * (b[source + column] ?? 0);
      }
    }
  }
}

/** The matrix [rows, columns] with its axes swapped. */
export function transposeMatrix<T extends Float32Array | Float64Array>(values: T, rows: number, columns: number): T {
  const result = values.slice() as T;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) result[column * rows + row] = values[row * columns + column] ?? 0;
  }
  return result;
}
