/** Computes playground/models/edges.prototxt for a square picture with three planes, without a net. */
export function edgesOf(picture: Float32Array, size: number): readonly number[] {
  const plane = size * size;
  const brightness = Float64Array.from(
    { length: plane },
    (_, at) => 0.114 * (picture[at] ?? 0) + 0.587 * (picture[plane + at] ?? 0) + 0.299 * (picture[2 * plane + at] ?? 0),
  );
  const blur = filtered(brightness, size, [1, 4, 6, 4, 1], [1, 4, 6, 4, 1], 256);
  const across = filtered(blur, size, [1, 2, 1], [-1, 0, 1], 8);
  const down = filtered(blur, size, [-1, 0, 1], [1, 2, 1], 8);
  const edges = across.map((value, at) => Math.hypot(value, down[at] ?? 0));
  const patches = size / 8;
  return Array.from({ length: patches * patches }, (_, patch) => {
    const [top, left] = [Math.floor(patch / patches) * 8, (patch % patches) * 8];
    let largest = Number.NEGATIVE_INFINITY;
    for (let y = top; y < top + 8; y++) for (let x = left; x < left + 8; x++) largest = Math.max(largest, edges[y * size + x] ?? 0);
    return largest;
  });
}

/** A plane filtered by the product of a column and a row; outside of it everything is 0. */
function filtered(plane: Float64Array, size: number, column: readonly number[], row: readonly number[], divisor: number): Float64Array {
  const reach = (column.length - 1) / 2;
  return Float64Array.from(plane, (_, at) => {
    const [y, x] = [Math.floor(at / size), at % size];
    let sum = 0;
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) {
        const isInside = y + dy >= 0 && y + dy < size && x + dx >= 0 && x + dx < size;
        if (isInside) sum += (plane[(y + dy) * size + x + dx] ?? 0) * (column[dy + reach] ?? 0) * (row[dx + reach] ?? 0);
      }
    }
    return sum / divisor;
  });
}
