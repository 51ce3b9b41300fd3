import { elementCount } from '../../ir/dimension.ts';
import { numericTensor } from '../../ir/numericTensor.ts';
import { OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import { operandSize } from '../rules/cost.ts';
import { ravel, sliceRange, unravel } from './selection.ts';

/** Each element finds its place axis by axis. */
const stepsPerElement = 64;

/** `Col2Im`: adds up the columns that a sliding block took out of an image. */
export const columnsOperators: OperatorFamily = {
  Col2Im: {
    cost: (node) => operandSize(node, 0) * stepsPerElement,
    infer: (node) => {
      const { dtype, shape } = node.input(0);
      const image = node.dimensions(1);
      const block = node.constant(2)?.toIntegers();
      if (shape === undefined || image === undefined || block === undefined) return [{ dtype, shape: undefined }];
      const [batch = 1, rows = 1] = shape;
      const taps = elementCount(block);
      if (typeof rows === 'number' && rows % taps !== 0) throw new OperatorError('invalid', `${rows} rows are no multiple of ${taps}`);
      return [{ dtype, shape: [batch, typeof rows === 'number' ? rows / taps : node.symbol(1), ...image] }];
    },
    evaluate: (node, [x, image, block]) => {
      if (x === undefined || image === undefined || block === undefined || x.dtype === 'string') return [];
      const geometry = columnsGeometry(node, image.toIntegers(), block.toIntegers());
      const { taps, kernel, positions, size, strides, dilations, pads } = geometry;
      const [batch = 1, rows = 1, columns = 1] = x.shape;
      const channels = rows / taps;
      const source = x.toFloat64();
      const sums = new Float64Array(batch * channels * elementCount(size));
      for (let index = 0; index < x.size; index++) {
        const [sample = 0, row = 0, column = 0] = unravel(index, [batch, rows, columns]);
        const tap = unravel(row % taps, kernel);
        const at = unravel(column, positions);
        const place = size.map(
          (_, axis) => (at[axis] ?? 0) * (strides[axis] ?? 1) + (tap[axis] ?? 0) * (dilations[axis] ?? 1) - (pads[axis] ?? 0),
        );
        if (place.some((entry, axis) => entry < 0 || entry >= (size[axis] ?? 0))) continue;
        const target = (sample * channels + Math.floor(row / taps)) * elementCount(size) + ravel(place, size);
        sums[target] = (sums[target] ?? 0) + (source[index] ?? 0);
      }
      return [numericTensor(x.dtype, [batch, channels, ...size], sums)];
    },
  },
};

export interface ColumnsGeometry {
  /** Size of the image. */
  readonly size: readonly number[];
  /** Size of the block, and its number of elements. */
  readonly kernel: readonly number[];
  readonly taps: number;
  /** How many places the block takes along each axis. */
  readonly positions: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** In front of all axes, then behind all. */
  readonly pads: readonly number[];
}

export function columnsGeometry(node: OperatorNode, size: readonly number[], kernel: readonly number[]): ColumnsGeometry {
  const ones = sliceRange(size.length).map(() => 1);
  const strides = node.ints('strides', ones);
  const dilations = node.ints('dilations', ones);
  const pads = node.ints(
    'pads',
    ones.flatMap(() => [0, 0]),
  );
  const positions = size.map((extent, axis) => {
    const reach = (dilations[axis] ?? 1) * ((kernel[axis] ?? 1) - 1) + 1;
    return Math.floor((extent + (pads[axis] ?? 0) + (pads[axis + size.length] ?? 0) - reach) / (strides[axis] ?? 1)) + 1;
  });
  return { size, kernel, taps: elementCount(kernel), positions, strides, dilations, pads };
}
