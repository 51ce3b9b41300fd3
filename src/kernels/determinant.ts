/** Determinant of the square matrix of the given order that starts at index `first`, by elimination with partial pivoting. */
export function determinant(values: ArrayLike<number>, first: number, order: number): number {
  const matrix = Float64Array.from({ length: order * order }, (_, index) => values[first + index] ?? 0);
  const at = (row: number, column: number): number => matrix[row * order + column] ?? 0;
  let result = 1;
  for (let pivot = 0; pivot < order; pivot++) {
    let best = pivot;
    for (let row = pivot + 1; row < order; row++) if (Math.abs(at(row, pivot)) > Math.abs(at(best, pivot))) best = row;
    if (at(best, pivot) === 0) return 0;
    if (best !== pivot) {
      result = -result;
      for (let column = 0; column < order; column++) {
        const value = at(pivot, column);
        matrix[pivot * order + column] = at(best, column);
        matrix[best * order + column] = value;
      }
    }
    result *= at(pivot, pivot);
    for (let row = pivot + 1; row < order; row++) {
      const factor = at(row, pivot) / at(pivot, pivot);
      for (let column = pivot; column < order; column++) matrix[row * order + column] = at(row, column) - factor * at(pivot, column);
    }
  }
  return result;
}
