import { maxPool, sumPool, windowCounts } from '../../../kernels/pooling.ts';
import { type Sliding, triple } from '../../../kernels/window.ts';
import { elementCount, isStatic, type Shape } from '../../ir/dimension.ts';
import type { ValueType } from '../../ir/graph.ts';
import { numericTensor, present } from '../../ir/numericTensor.ts';
import { OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import { Tensor } from '../../ir/tensor.ts';
import { resultSize } from '../rules/cost.ts';
import { imagewise } from '../rules/samples.ts';
import { autoPad, type WindowAxis, windowAxes } from '../window.ts';

/** Pooling of [batch, channels, …] over windows of any number of spatial axes. */
export const poolOperators: OperatorFamily = {
  MaxPool: {
    ...imagewise,
    cost: poolCost,
    infer: (node) => {
      const shape = pooledShape(node);
      return [
        { dtype: node.input(0).dtype, shape },
        { dtype: 'int64', shape },
      ];
    },
    evaluate: (node, [x]) => {
      const operand = present(x);
      const { channels, sizes } = poolSizes(node);
      const { values, indices } = maxPool(operand.toFloat64(), channels, sizes);
      const shape = staticShape(node);
      const places = placeIndices(indices, sizes, node.int('storage_order', 0) === 1);
      return [numericTensor(operand.dtype, shape, values), Tensor.of('int64', shape, places)];
    },
  },
  AveragePool: {
    ...imagewise,
    cost: poolCost,
    infer: (node) => [{ dtype: node.input(0).dtype, shape: pooledShape(node) }],
    evaluate: (node, [x]) => {
      const { channels, sizes, axes } = poolSizes(node);
      const padEnd = triple(
        axes.map((axis) => axis.pads?.[1] ?? 0),
        0,
      );
      const counts = windowCounts(sizes, node.int('count_include_pad', 0) ? padEnd : undefined);
      const sums = sumPool(present(x).toFloat64(), channels, sizes, (value) => value);
      const means = sums.map((sum, index) => sum / (counts[index % counts.length] ?? 1));
      return [numericTensor(present(x).dtype, staticShape(node), means)];
    },
  },
  LpPool: {
    ...imagewise,
    cost: poolCost,
    infer: (node) => [{ dtype: node.input(0).dtype, shape: pooledShape(node) }],
    evaluate: (node, [x]) => {
      const { channels, sizes } = poolSizes(node);
      const p = node.int('p', 2);
      const sums = sumPool(present(x).toFloat64(), channels, sizes, (value) => Math.abs(value) ** p);
      return [
        numericTensor(
          present(x).dtype,
          staticShape(node),
          sums.map((sum) => sum ** (1 / p)),
        ),
      ];
    },
  },
};

/** Each element of the result visits all taps of the kernel, including those in the padding. */
function poolCost(node: OperatorNode, results: readonly ValueType[]): number {
  return resultSize(results) * elementCount(node.ints('kernel_shape')) * stepsPerTap;
}

const stepsPerTap = 4;

/** The spatial axes of a pooling, outermost first. */
export function poolAxes(node: OperatorNode): readonly WindowAxis[] {
  const shape = node.shape(0);
  if (shape.length < 3) throw new OperatorError('invalid', `pooling takes at least 3 axes, not ${shape.length}`);
  const axes = windowAxes(node, shape.slice(2), node.ints('kernel_shape'));
  if (autoPad(node).startsWith('SAME')) axes.forEach(refuseNegativePads);
  return axes;
}

/**
 * If the stride exceeds the kernel size, SAME windows may leave more than one cell uncovered. ONNX's formula then gives negative padding:
 * some runtimes crop, others start at the first cell, and others fail.
 */
function refuseNegativePads({ input, output, extent, stride }: WindowAxis): void {
  const least = typeof input === 'number' && typeof output === 'number' ? (output - 1) * stride + extent - input : extent - stride;
  if (least >= -1) return;
  throw new OperatorError(
    'unsupported',
    `SAME padding with a stride of ${stride} and a kernel that covers ${extent} would be negative for an axis of ${input}`,
    'Export the model with explicit pads.',
  );
}

function pooledShape(node: OperatorNode): Shape {
  return [...node.shape(0).slice(0, 2), ...poolAxes(node).map((axis) => axis.output)];
}

function staticShape(node: OperatorNode): readonly number[] {
  const shape = pooledShape(node);
  if (!isStatic(shape)) throw new OperatorError('shape', 'the sizes of the pooling are unknown');
  return shape;
}

/** The sizes as the kernels take them; `channels` includes the batch. */
function poolSizes(node: OperatorNode): { channels: number; sizes: Sliding; axes: readonly WindowAxis[] } {
  const axes = poolAxes(node);
  if (axes.length > 3) throw new OperatorError('unsupported', `a pooling over ${axes.length} axes is not supported`);
  const pick = (value: (axis: WindowAxis) => number, fill: number): Sliding['kernel'] => triple(axes.map(value), fill);
  const sizes: Sliding = {
    input: triple(node.staticShape(0).slice(2), 1),
    output: triple(staticShape(node).slice(2), 1),
    kernel: pick((axis) => axis.kernel, 1),
    stride: pick((axis) => axis.stride, 1),
    dilation: pick((axis) => axis.dilation, 1),
    padBegin: pick((axis) => axis.pads?.[0] ?? 0, 0),
  };
  return { channels: elementCount(node.staticShape(0).slice(0, 2)), sizes, axes };
}

/**
 * Converts positions within a channel to indices into the whole tensor; `columnMajor` means that the last axis varies slowest within the
 * channel.
 */
function placeIndices(indices: Int32Array, sizes: Sliding, columnMajor: boolean): BigInt64Array {
  const [depth, height, width] = sizes.input;
  const [outDepth, outHeight, outWidth] = sizes.output;
  const perChannel = outDepth * outHeight * outWidth;
  return BigInt64Array.from(indices, (index, output) => {
    const channel = Math.floor(output / perChannel);
    const column = index % width;
    const row = Math.floor(index / width) % height;
    const layer = Math.floor(index / (width * height));
    const place = columnMajor ? (column * height + row) * depth + layer : index;
    return BigInt(channel * depth * height * width + place);
  });
}
