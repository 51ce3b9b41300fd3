import { product } from '../../graph/ir/dimension.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import type { BlobShape } from '../../net/net.ts';
import { computedWeight } from '../../net/weight.ts';
import { reduceAxis } from '../arithmetic.ts';
import type { DraftBlob } from '../builder.ts';
import type { LoweringNode } from '../node.ts';
import { depthParams, dynamicPadsError, heightParams, type SlidingAxis, slidingAxes, widthParams } from '../window.ts';
import { type PoolOperand, windowsOf } from './windows.ts';

/** The lowest float32, with which ncnn's max pooling pads. */
const lowest = -3.4028234663852886e38;

/** The axes of a pooling as convolution axes, which never round up. */
function convolutionAxes(pooling: PoolOperand): readonly SlidingAxis[] {
  if (pooling.axes.some(({ pads }) => pads === undefined)) return slidingAxes(pooling.axes, pooling.lower);
  const { mode, axes } = windowsOf(pooling);
  if (mode !== 1) throw dynamicPadsError();
  return axes;
}

/**
 * The maximum over dilated windows: Unfold writes the elements of each window to one column, and Reduction computes the maximum. Unfold
 * supports two axes; the maximum over a third axis is computed afterwards.
 */
export function dilatedMax(node: LoweringNode, pooling: PoolOperand): DraftBlob {
  const { bottom, channels, outputs } = pooling;
  const [width, height = onlyCell, depth] = [...convolutionAxes(pooling)].reverse();
  const sizes = bottom.shape.slice(1);
  const planes = product([channels, ...(depth === undefined ? [] : sizes.slice(0, 1))]);
  const plane: BlobShape = sizes.length === 1 ? [1, ...sizes] : sizes.slice(-2);
  const cells = product(outputs.slice(-2));
  const flat = unfoldMax(node, node.view(bottom, [planes, ...plane]), height, width ?? onlyCell, cells);
  if (depth === undefined) return node.view(flat, [channels, ...outputs]);
  const deep = unfoldMax(node, node.view(flat, [channels, sizes[0] ?? 1, cells]), depth, onlyCell, product(outputs));
  return node.view(deep, [channels, ...outputs]);
}

const onlyCell: SlidingAxis = { kernel: 1, stride: 1, dilation: 1, begin: 0, end: 0 };

function unfoldMax(node: LoweringNode, bottom: DraftBlob, height: SlidingAxis, width: SlidingAxis, cells: BlobShape[number]): DraftBlob {
  const [channels = 1] = bottom.shape;
  const taps = height.kernel * width.kernel;
  const params = { ...widthParams(width), ...heightParams(height), pad_value: lowest };
  const columns = node.layer('Unfold', [bottom], params, [product([channels, taps]), cells]);
  return reduceAxis(node, 'MAX', node.view(columns, [channels, taps, cells]), 1);
}

/** The sum over dilated windows times a factor: a depthwise convolution whose kernel elements all equal the factor. */
export function dilatedSum(node: LoweringNode, pooling: PoolOperand, bottom: DraftBlob, factor: number): DraftBlob {
  const { channels, outputs } = pooling;
  if (typeof channels !== 'number') throw new OperatorError('shape', 'the number of channels is unknown');
  const [width, height, depth] = [...convolutionAxes(pooling)].reverse();
  const taps = pooling.axes.reduce((count, { kernel }) => count * kernel, 1);
  const size = channels * taps;
  const weights = [computedWeight(size, () => new Float32Array(size).fill(factor))];
  const params = { num_output: channels, group: channels, weight_data_size: size, ...widthParams(width ?? onlyCell) };
  const shape = [channels, ...outputs];
  if (height === undefined) return node.layer('ConvolutionDepthWise1D', [bottom], params, shape, weights);
  const plane = { ...params, ...heightParams(height) };
  if (depth === undefined) return node.layer('ConvolutionDepthWise', [bottom], plane, shape, weights);
  return node.layer('ConvolutionDepthWise3D', [bottom], { ...plane, ...depthParams(depth) }, shape, weights);
}
