import { type ConvolutionSizes, convolve } from '../../../kernels/convolution.ts';
import { triple } from '../../../kernels/window.ts';
import { type Dimension, isStatic, type Shape } from '../../ir/dimension.ts';
import { numericTensor, present } from '../../ir/numericTensor.ts';
import { type Operator, OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import type { Tensor } from '../../ir/tensor.ts';
import { convolutionCost } from '../rules/cost.ts';
import { imagewise } from '../rules/samples.ts';
import { type WindowAxis, windowAxes } from '../window.ts';
import { activate } from './activation.ts';

const conv: Operator = {
  ...imagewise,
  cost: convolutionCost(),
  infer: (node) => {
    const { batch, outputChannels, axes } = convolutionPlan(node);
    checkBias(node, outputChannels);
    return [{ dtype: node.input(0).dtype, shape: [batch, outputChannels, ...axes.map((axis) => axis.output)] }];
  },
  evaluate: (node, [x, weight, bias]) => [
    numericTensor(present(x).dtype, evaluatedShape(node), convolveTensors(node, present(x), present(weight), bias)),
  ],
};

/** `Conv`, and onnxruntime's fusion of a convolution and an activation. */
export const convolutionOperators: OperatorFamily = {
  Conv: conv,
  'com.microsoft:FusedConv': {
    infer: conv.infer,
    cost: convolutionCost(),
    evaluate: (node, [x, weight, bias, sum]) => {
      const values = convolveTensors(node, present(x), present(weight), bias);
      const added = sum?.toFloat64();
      if (added !== undefined)
        for (let index = 0; index < values.length; index++) values[index] = (values[index] ?? 0) + (added[index] ?? 0);
      return [numericTensor(present(x).dtype, evaluatedShape(node), activate(node, values))];
    },
  },
};

/** The known sizes of a convolution. */
export interface ConvolutionPlan {
  readonly batch: Dimension;
  readonly inputChannels: Dimension;
  readonly outputChannels: Dimension;
  readonly groups: number;
  /** The spatial axes, outermost first. */
  readonly axes: readonly WindowAxis[];
}

/** The sizes that convolutions and transposed convolutions share. */
interface SlidingPlan extends Omit<ConvolutionPlan, 'axes'> {
  readonly axes: readonly Pick<WindowAxis, 'input' | 'output' | 'kernel' | 'stride' | 'dilation' | 'pads'>[];
}

/**
 * The sizes of a convolution of operand 0, [batch, channels, …], with the weight at `weightIndex`, [output channels, channels / groups, …].
 * Throws if they do not match.
 */
export function convolutionPlan(node: OperatorNode, weightIndex = 1): ConvolutionPlan {
  const [batch = 1, inputChannels = 1, ...spatial] = ranked(node, 0);
  const [outputChannels = 1, perGroup = 1, ...kernelShape] = ranked(node, weightIndex);
  const groups = node.int('group', 1);
  if (groups < 1) throw new OperatorError('invalid', `group is ${groups}`);
  if (typeof inputChannels === 'number' && typeof perGroup === 'number' && inputChannels !== perGroup * groups) {
    throw new OperatorError(
      'invalid',
      `the weight takes ${perGroup * groups} channels in ${groups} groups, but the operand has ${inputChannels}`,
    );
  }
  if (typeof outputChannels === 'number' && outputChannels % groups !== 0) {
    throw new OperatorError('invalid', `${outputChannels} output channels cannot be split into ${groups} groups`);
  }
  return { batch, inputChannels, outputChannels, groups, axes: windowAxes(node, spatial, kernelSizes(node, kernelShape)) };
}

/** Checks that the bias has one value per output channel. */
export function checkBias(node: OperatorNode, channels: Dimension): void {
  const shape = node.optionalInput(2)?.shape;
  if (
    shape === undefined ||
    (shape.length === 1 && (typeof shape[0] === 'string' || typeof channels === 'string' || shape[0] === channels))
  )
    return;
  throw new OperatorError('invalid', `the bias has the shape [${shape.join(',')}], expected [${channels}]`);
}

/** The kernel size on each axis, from the weight. Throws if `kernel_shape` differs. */
export function kernelSizes(node: OperatorNode, weightAxes: Shape): readonly number[] {
  const declared = node.ints('kernel_shape', undefined);
  if (declared !== undefined && declared.length > 0) {
    const differs =
      declared.length !== weightAxes.length || weightAxes.some((size, axis) => typeof size === 'number' && size !== declared[axis]);
    if (differs)
      throw new OperatorError('invalid', `kernel_shape is [${declared.join(',')}], but the weight has [${weightAxes.join(',')}]`);
    return declared;
  }
  if (!isStatic(weightAxes)) throw new OperatorError('shape', `the kernel has the dynamic axes [${weightAxes.join(',')}]`);
  return weightAxes;
}

function ranked(node: OperatorNode, index: number): Shape {
  const shape = node.shape(index);
  if (shape.length < 3) {
    throw new OperatorError('invalid', `"${node.input(index).name}" has ${shape.length} axes; a convolution takes at least 3`);
  }
  return shape;
}

/** The sizes as the kernels take them; throws if an axis is dynamic or there are more than three spatial axes. */
export function convolutionSizes(plan: SlidingPlan): ConvolutionSizes {
  const { batch, inputChannels, outputChannels, groups, axes } = plan;
  const input = axes.map((axis) => axis.input);
  const output = axes.map((axis) => axis.output);
  if (
    typeof batch === 'string' ||
    typeof inputChannels === 'string' ||
    typeof outputChannels === 'string' ||
    !isStatic(input) ||
    !isStatic(output)
  ) {
    throw new OperatorError('shape', 'the sizes of the convolution are unknown');
  }
  if (axes.length > 3) throw new OperatorError('unsupported', `a convolution over ${axes.length} axes is not supported`);
  return {
    batch,
    inputChannels,
    outputChannels,
    groups,
    input: triple(input, 1),
    output: triple(output, 1),
    kernel: triple(
      axes.map((axis) => axis.kernel),
      1,
    ),
    stride: triple(
      axes.map((axis) => axis.stride),
      1,
    ),
    dilation: triple(
      axes.map((axis) => axis.dilation),
      1,
    ),
    padBegin: triple(
      axes.map((axis) => axis.pads?.[0] ?? 0),
      0,
    ),
  };
}

function convolveTensors(node: OperatorNode, x: Tensor, weight: Tensor, bias: Tensor | undefined): Float64Array {
  return convolve(x.toFloat64(), weight.toFloat64(), bias?.toFloat64(), convolutionSizes(convolutionPlan(node)));
}

function evaluatedShape(node: OperatorNode): readonly number[] {
  const shape = conv.infer(node)[0]?.shape ?? [];
  if (!isStatic(shape)) throw new OperatorError('shape', 'the sizes of the convolution are unknown');
  return shape;
}
