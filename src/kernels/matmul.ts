/** Size of a block of the result. Its sums are local variables, so that each loaded value is used several times. */
const [blockRows, blockColumns] = [4, 2];

/**
 * Product of two row-major matrices: [m, k] starting at `a[firstA]` and [k, n] starting at `b[firstB]`, written to `target` starting at
 * `firstTarget`. Sums are float64, accumulated in order.
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
  const [rows, columns] = [m - (m % blockRows), n - (n % blockColumns)];
  for (let row = 0; row < rows; row += blockRows) {
    const [left, out] = [firstA + row * k, firstTarget + row * n];
    for (let column = 0; column < columns; column += blockColumns) multiplyBlock(a, left, b, firstB + column, target, out + column, k, n);
  }
  for (let row = 0; row < m; row++) {
    const first = row < rows ? columns : 0;
    multiplyRow(a, firstA + row * k, b, firstB, target, firstTarget + row * n, k, n, first);
  }
}

/** Four rows and two columns of the result. */
function multiplyBlock(
  a: ArrayLike<number>,
  firstA: number,
  b: ArrayLike<number>,
  firstB: number,
  target: Float64Array,
  first: number,
  k: number,
  n: number,
): void {
  const [second, third, fourth] = [firstA + k, firstA + 2 * k, firstA + 3 * k];
  let [s00, s01, s10, s11, s20, s21, s30, s31] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let inner = 0, at = firstB; inner < k; inner++, at += n) {
    const left = b[at] ?? 0;
    const right = b[at + 1] ?? 0;
    const a0 = a[firstA + inner] ?? 0;
    const a1 = a[second + inner] ?? 0;
    const a2 = a[third + inner] ?? 0;
    const a3 = a[fourth + inner] ?? 0;
    s00 += a0 * left;
    s01 += a0 * right;
    s10 += a1 * left;
    s11 += a1 * right;
    s20 += a2 * left;
    s21 += a2 * right;
    s30 += a3 * left;
    s31 += a3 * right;
  }
  target[first] = s00;
  target[first + 1] = s01;
  target[first + n] = s10;
  target[first + n + 1] = s11;
  target[first + 2 * n] = s20;
  target[first + 2 * n + 1] = s21;
  target[first + 3 * n] = s30;
  target[first + 3 * n + 1] = s31;
}

/** One row of the result, starting at a column. */
function multiplyRow(
  a: ArrayLike<number>,
  firstA: number,
  b: ArrayLike<number>,
  firstB: number,
  target: Float64Array,
  first: number,
  k: number,
  n: number,
  from: number,
): void {
  for (let column = from; column < n; column++) target[first + column] = 0;
  for (let inner = 0; inner < k; inner++) {
    const factor = a[firstA + inner] ?? 0;
    const source = firstB + inner * n;
    for (let column = from; column < n; column++) {
      target[first + column] = (target[first + column] ?? 0) + factor * (b[source + column] ?? 0);
    }
  }
}

/** Transposes a matrix [rows, columns]. */
export function transposeMatrix<T extends Float32Array | Float64Array>(values: T, rows: number, columns: number): T {
  const result = (values instanceof Float32Array ? new Float32Array(values.length) : new Float64Array(values.length)) as T;
  // Processes tiles, so that the cache lines of a tile stay in the cache.
  for (let top = 0; top < rows; top += tileSize) {
    const bottom = Math.min(rows, top + tileSize);
    for (let left = 0; left < columns; left += tileSize) {
      const right = Math.min(columns, left + tileSize);
      for (let column = left; column < right; column++) {
        for (let row = top; row < bottom; row++) result[column * rows + row] = values[row * columns + column] ?? 0;
      }
    }
  }
  return result;
}

const tileSize = 32;
