/**
 * Matrix products in blocks of 4 rows and 2 columns. Both factors are packed in the order in which a block reads them, and the sums of a
 * block are local variables, so that each loaded value is used several times.
 */
const blockRows = 4;
const blockColumns = 2;

/** Number of elements packed at a time, chosen to fit in the processor's cache. */
const maxPackedElements = 32768;

/** Packs the left factor [rows, inner], padded with zero rows to a multiple of 4: `inner` groups of 4 rows. */
export function packRows(rows: number, inner: number, at: (row: number, index: number) => number): Float64Array {
  const packed = new Float64Array(Math.ceil(rows / blockRows) * blockRows * inner);
  let position = 0;
  for (let first = 0; first < rows; first += blockRows) {
    for (let index = 0; index < inner; index++) {
      for (let row = first; row < first + blockRows; row++, position++) if (row < rows) packed[position] = at(row, index);
    }
  }
  return packed;
}

/** The right factor: the element in row `index` and column `column` is `values[rowOffsets[index] + columnOffsets[column]]`. */
export interface Gathered {
  readonly values: Float64Array;
  readonly rowOffsets: Int32Array;
  readonly columnOffsets: Int32Array;
}

/**
 * Writes the product [rows, columns] of packed rows and a gathered matrix to `target`, starting at `first`, and adds the bias of each row.
 */
export function multiplyPacked(
  packedRows: Float64Array,
  rows: number,
  right: Gathered,
  target: Float64Array,
  first: number,
  bias: ((row: number) => number) | undefined,
): void {
  const inner = right.rowOffsets.length;
  const columns = right.columnOffsets.length;
  const tile = Math.min(Math.max(blockColumns, Math.floor(maxPackedElements / inner / blockColumns) * blockColumns), columns + 1);
  const packedColumns = new Float64Array(inner * tile);
  const sums = new Float64Array(blockRows * blockColumns);
  for (let start = 0; start < columns; start += tile) {
    const end = Math.min(start + tile, columns);
    packColumns(right, start, end, packedColumns);
    for (let row = 0; row < rows; row += blockRows) {
      const height = Math.min(blockRows, rows - row);
      for (let column = start, panel = 0; column < end; column += blockColumns, panel += inner * blockColumns) {
        multiplyBlock(packedRows, row * inner, packedColumns, panel, inner, sums);
        const isWide = column + 1 < end;
        for (let line = 0; line < height; line++) {
          const offset = bias === undefined ? 0 : bias(row + line);
          const at = first + (row + line) * columns + column;
          target[at] = (sums[line * 2] ?? 0) + offset;
          if (isWide) target[at + 1] = (sums[line * 2 + 1] ?? 0) + offset;
        }
      }
    }
  }
}

/** Packs the columns in pairs. The content after the last column is unspecified. */
function packColumns({ values, rowOffsets, columnOffsets }: Gathered, start: number, end: number, packed: Float64Array): void {
  const inner = rowOffsets.length;
  let position = 0;
  for (let column = start; column < end; column += blockColumns) {
    const left = columnOffsets[column] ?? 0;
    const right = column + 1 < end ? (columnOffsets[column + 1] ?? 0) : left;
    for (let index = 0; index < inner; index++) {
      const offset = rowOffsets[index] ?? 0;
      packed[position++] = values[offset + left] ?? 0;
      packed[position++] = values[offset + right] ?? 0;
    }
  }
}

/** The sums of a block, row by row. This is the hot loop of convolutions. */
function multiplyBlock(a: Float64Array, firstA: number, b: Float64Array, firstB: number, inner: number, sums: Float64Array): void {
  let [s00, s01, s10, s11, s20, s21, s30, s31] = [0, 0, 0, 0, 0, 0, 0, 0];
  const end = firstA + inner * blockRows;
  for (let i = firstA, j = firstB; i < end; i += blockRows, j += blockColumns) {
    const left = b[j] ?? 0;
    const right = b[j + 1] ?? 0;
    const a0 = a[i] ?? 0;
    const a1 = a[i + 1] ?? 0;
    const a2 = a[i + 2] ?? 0;
    const a3 = a[i + 3] ?? 0;
    s00 += a0 * left;
    s01 += a0 * right;
    s10 += a1 * left;
    s11 += a1 * right;
    s20 += a2 * left;
    s21 += a2 * right;
    s30 += a3 * left;
    s31 += a3 * right;
  }
  sums[0] = s00;
  sums[1] = s01;
  sums[2] = s10;
  sums[3] = s11;
  sums[4] = s20;
  sums[5] = s21;
  sums[6] = s30;
  sums[7] = s31;
}
