import { convolveTransposed } from '../../../kernels/convolution.ts';
import { type Dimension, derive } from '../../ir/dimension.ts';
import { numericTensor, present } from '../../ir/numericTensor.ts';
import { OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import { axisSize, operandSize } from '../rules/cost.ts';
import { imagewise } from '../rules/samples.ts';
import { autoPad, axisPads, axisValues } from '../window.ts';
import { checkBias, convolutionSizes, kernelSizes } from './convolution.ts';

/** `ConvTranspose`, also called deconvolution. */
export const transposedConvolutionOperators: OperatorFamily = {
  ConvTranspose: {
    ...imagewise,
    cost: (node) => (operandSize(node, 0) * operandSize(node, 1)) / Math.max(1, axisSize(node, 1, 0)),
    infer: (node) => {
      const { batch, outputChannels, axes } = transposedPlan(node);
      checkBias(node, outputChannels);
      return [{ dtype: node.input(0).dtype, shape: [batch, outputChannels, ...axes.map((axis) => axis.output)] }];
    },
    evaluate: (node, [x, weight, bias]) => {
      const plan = transposedPlan(node);
      const sizes = convolutionSizes(plan);
      const values = convolveTransposed(present(x).toFloat64(), present(weight).toFloat64(), bias?.toFloat64(), sizes);
      const spatial = sizes.output.slice(sizes.output.length - plan.axes.length);
      return [numericTensor(present(x).dtype, [sizes.batch, sizes.outputChannels, ...spatial], values)];
    },
  },
};

/** One spatial axis of a transposed convolution. */
export interface TransposedAxis {
  readonly input: Dimension;
  readonly output: Dimension;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Cells added after the full result, before `pads` are cropped. */
  readonly outputPadding: number;
  /** Cells cropped from the full result; `undefined` if `output_shape` makes them depend on a dynamic size. */
  readonly pads: readonly [number, number] | undefined;
}

export interface TransposedPlan {
  readonly batch: Dimension;
  readonly inputChannels: number;
  readonly outputChannels: number;
  readonly groups: number;
  readonly axes: readonly TransposedAxis[];
}

/**
 * The sizes of a transposed convolution. Its full result has `(size - 1) * stride + extent + output padding` cells. `output_shape` and SAME
 * determine how many of them are kept. If an odd number is cropped, the extra cell is cropped at the end for SAME_UPPER and at the start
 * otherwise.
 */
export function transposedPlan(node: OperatorNode): TransposedPlan {
  const [batch = 1, channels, ...spatial] = node.shape(0);
  const [inputChannels, perGroup, ...kernelShape] = node.shape(1);
  if (spatial.length === 0 || spatial.length !== kernelShape.length) {
    throw new OperatorError('invalid', 'operand and weight must have the same number of axes, at least 3');
  }
  if (typeof inputChannels !== 'number' || typeof perGroup !== 'number') {
    throw new OperatorError('shape', 'the weight has dynamic axes');
  }
  if (typeof channels === 'number' && channels !== inputChannels) {
    throw new OperatorError('invalid', `the weight takes ${inputChannels} channels, but the operand has ${channels}`);
  }
  const groups = node.int('group', 1);
  if (groups < 1 || inputChannels % groups !== 0) {
    throw new OperatorError('invalid', `${inputChannels} channels cannot be split into ${groups} groups`);
  }
  const rank = spatial.length;
  const kernel = kernelSizes(node, kernelShape);
  const strides = axisValues(node, 'strides', rank, 1);
  const dilations = axisValues(node, 'dilations', rank, 1);
  const outputPadding = axisValues(node, 'output_padding', rank, 0);
  const pads = axisPads(node, rank);
  const mode = autoPad(node);
  // Some exporters include batch and channels.
  const outputShape = node.ints('output_shape', []).slice(-rank);
  const axes = spatial.map((input, axis) =>
    planAxis({
      input,
      kernel: kernel[axis] ?? 1,
      stride: strides[axis] ?? 1,
      dilation: dilations[axis] ?? 1,
      outputPadding: outputPadding[axis] ?? 0,
      mode,
      pads: mode === 'VALID' ? [0, 0] : [pads[axis] ?? 0, pads[axis + rank] ?? 0],
      outputSize: outputShape[axis],
    }),
  );
  return { batch, inputChannels, outputChannels: perGroup * groups, groups, axes };
}

/** The attributes of a node for one spatial axis. */
interface AxisSettings {
  readonly input: Dimension;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly outputPadding: number;
  readonly mode: ReturnType<typeof autoPad>;
  readonly pads: readonly [number, number];
  /** The size from `output_shape`. */
  readonly outputSize: number | undefined;
}

function planAxis({ mode, pads, outputSize, ...axis }: AxisSettings): TransposedAxis {
  const { input, stride, outputPadding } = axis;
  const overhang = (axis.kernel - 1) * axis.dilation + 1 + outputPadding - stride;
  const same = mode === 'SAME_UPPER' || mode === 'SAME_LOWER';
  if (outputSize !== undefined) {
    if (typeof input === 'string') return { ...axis, output: outputSize, pads: undefined };
    const surplus = input * stride + overhang - outputSize;
    // If the output is up to a stride longer than the full result, the exporter omitted the output padding.
    const after = !same && surplus < 0 && -surplus < stride ? -surplus : 0;
    return { ...axis, outputPadding: outputPadding + after, output: outputSize, pads: shared(surplus + after, mode === 'SAME_UPPER') };
  }
  if (same) return { ...axis, output: scaled(input, stride, 0), pads: shared(overhang, mode === 'SAME_UPPER') };
  const output = scaled(input, stride, overhang - pads[0] - pads[1]);
  if (typeof output === 'number' && output < 1) {
    throw new OperatorError('invalid', `the pads leave ${output} cells of an axis of ${input}`);
  }
  return { ...axis, output, pads };
}

/** `size * stride + offset`; for a dynamic size, the symbol of that sum. */
function scaled(size: Dimension, stride: number, offset: number): Dimension {
  if (stride === 1 && offset === 0) return size;
  return derive(
    size,
    (known) => known * stride + offset,
    (symbol) => {
      const product = stride === 1 ? symbol : `${stride}*${symbol}`;
      return `${product}${offset === 0 ? '' : `${offset < 0 ? '-' : '+'}${Math.abs(offset)}`}`;
    },
  );
}

/** `total` cells to crop, divided between both ends. */
function shared(total: number, moreAfter: boolean): readonly [number, number] {
  if (total < 0) {
    throw new OperatorError(
      'unsupported',
      `the output is ${-total} larger than the result of the transposed convolution, which runtimes fill differently`,
      'Export the model with explicit pads and output_padding.',
    );
  }
  const less = Math.floor(total / 2);
  return moreAfter ? [less, total - less] : [total - less, less];
}
