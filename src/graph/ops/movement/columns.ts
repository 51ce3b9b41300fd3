import { elementCount, isStatic, product, type Shape } from '../../ir/dimension.ts';
import { numericTensor } from '../../ir/numericTensor.ts';
import { OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import { operandSize } from '../rules/cost.ts';
import { samplewise } from '../rules/samples.ts';
import { ravel, sliceRange, unravel } from './selection.ts';

/** Number of steps to find the position of an element on all axes. */
const stepsPerElement = 64;

/** `Im2Col`: one row per channel and tap of a sliding block, one column per block position. `Col2Im`: adds up these columns. */
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
      if (typeof rows === 'number' && rows % taps !== 0) throw new OperatorError('invalid', `${rows} rows are not a multiple of ${taps}`);
      return [{ dtype, shape: [batch, typeof rows === 'number' ? rows / taps : node.symbol(1), ...image] }];
    },
    evaluate: (node, [x, image, block]) => {
      if (x === undefined || image === undefined || block === undefined || x.dtype === 'string') return [];
      const geometry = columnsGeometry(node, image.toIntegers(), block.toIntegers());
      const { taps, size } = geometry;
      const [batch = 1, rows = 1, columns = 1] = x.shape;
      const channels = rows / taps;
      const source = x.toFloat64();
      const sums = new Float64Array(batch * channels * elementCount(size));
      for (let index = 0; index < x.size; index++) {
        const [sample = 0, row = 0, column = 0] = unravel(index, [batch, rows, columns]);
        const place = cellOf(geometry, row % taps, column);
        if (place === undefined) continue;
        const target = (sample * channels + Math.floor(row / taps)) * elementCount(size) + ravel(place, size);
        sums[target] = (sums[target] ?? 0) + (source[index] ?? 0);
      }
      return [numericTensor(x.dtype, [batch, channels, ...size], sums)];
    },
  },
  'ncnn:Im2Col': {
    ...samplewise,
    cost: (node) => node.ints('kernel_shape').reduce((count, size) => count * size, operandSize(node, 0)) * stepsPerElement,
    infer: (node) => {
      const { dtype, shape } = node.input(0);
      if (shape === undefined) return [{ dtype, shape }];
      const [batch = 1, channels = 1, ...size] = shape;
      const kernel = node.ints('kernel_shape');
      return [{ dtype, shape: [batch, product([channels, elementCount(kernel)]), placesOf(node, size, kernel) ?? node.symbol(0)] }];
    },
    evaluate: (node, [x]) => {
      if (x === undefined || x.dtype === 'string') return [];
      const [batch = 1, channels = 1, ...size] = x.shape;
      const geometry = columnsGeometry(node, size, node.ints('kernel_shape'));
      const [rows, columns] = [channels * geometry.taps, elementCount(geometry.positions)];
      const source = x.toFloat64();
      const values = new Float64Array(batch * rows * columns);
      for (let index = 0; index < values.length; index++) {
        const [sample = 0, row = 0, column = 0] = unravel(index, [batch, rows, columns]);
        const place = cellOf(geometry, row % geometry.taps, column);
        if (place === undefined) continue;
        const plane = sample * channels + Math.floor(row / geometry.taps);
        values[index] = source[plane * elementCount(size) + ravel(place, size)] ?? 0;
      }
      return [numericTensor(x.dtype, [batch, rows, columns], values)];
    },
  },
};

/** The number of block positions in an image of these sizes, if they are known. */
function placesOf(node: OperatorNode, size: Shape, kernel: readonly number[]): number | undefined {
  if (!isStatic(size)) return undefined;
  const { positions } = columnsGeometry(node, size, kernel);
  const wrong = positions.findIndex((count) => count < 1);
  if (wrong !== -1) throw new OperatorError('invalid', `a block of ${kernel[wrong]} does not fit into ${size[wrong]} elements`);
  return elementCount(positions);
}

/** The image cell of a tap at a block position; `undefined` outside the image. */
function cellOf({ size, kernel, positions, strides, dilations, pads }: ColumnsGeometry, tap: number, place: number): number[] | undefined {
  const [taps, at] = [unravel(tap, kernel), unravel(place, positions)];
  const cell = size.map(
    (_, axis) => (at[axis] ?? 0) * (strides[axis] ?? 1) + (taps[axis] ?? 0) * (dilations[axis] ?? 1) - (pads[axis] ?? 0),
  );
  return cell.some((entry, axis) => entry < 0 || entry >= (size[axis] ?? 0)) ? undefined : cell;
}

export interface ColumnsGeometry {
  /** Size of the image. */
  readonly size: readonly number[];
  /** Size of the block, and its number of elements. */
  readonly kernel: readonly number[];
  readonly taps: number;
  /** Number of block positions along each axis. */
  readonly positions: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** The padding before all axes, followed by the padding after all axes. */
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
