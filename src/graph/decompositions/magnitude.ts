import { type Operand, OperatorError } from '../ir/operator.ts';
import type { DataType, Tensor } from '../ir/tensor.ts';

const ranges: Partial<Record<DataType, readonly [low: number, high: number]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
};

/** The maximum difference between a quantized value and its zero point. */
export function maxMagnitude(values: Operand, zeroPoint: Operand | undefined): number {
  const [low, high] = bounds(values);
  const [min, max] = zeroPoint === undefined ? [0, 0] : bounds(zeroPoint);
  return Math.max(high - min, max - low);
}

/**
 * The largest sum of magnitudes of a constant minus its zero points, over all entries of an axis. It bounds the sum of products with
 * factors of at most 1.
 */
export function maxRowSum(values: Tensor, zeros: Tensor | undefined, zeroPoint: Operand | undefined, axis: number): number | undefined {
  if (zeroPoint !== undefined && zeros === undefined) return undefined;
  const inner = values.shape.slice(axis + 1).reduce((count, size) => count * size, 1);
  const rows = values.shape[axis] ?? 1;
  const shifts = zeros?.toFloat64() ?? Float64Array.of(0);
  const sums = new Float64Array(rows);
  values.toFloat64().forEach((value, index) => {
    const row = Math.floor(index / inner) % rows;
    sums[row] = (sums[row] ?? 0) + Math.abs(value - (shifts[shifts.length === 1 ? 0 : row] ?? 0));
  });
  return sums.reduce((max, sum) => Math.max(max, sum), 0);
}

function bounds({ name, dtype, constant }: Operand): readonly [low: number, high: number] {
  if (constant !== undefined && constant.size > 0) {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const value of constant.toFloat64()) [low, high] = [Math.min(low, value), Math.max(high, value)];
    return [low, high];
  }
  const range = ranges[dtype];
  if (range === undefined) throw new OperatorError('unsupported', `"${name}" is ${dtype}; only sums of 8-bit integers have a bound`);
  return range;
}
