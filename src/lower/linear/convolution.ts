import { OperatorError } from '../../graph/ir/operator.ts';
import { fusedActivation } from '../../graph/ops/linear/activation.ts';
import { convolutionPlan } from '../../graph/ops/linear/convolution.ts';
import { autoPad } from '../../graph/ops/window.ts';
import type { BlobShape } from '../../net/net.ts';
import type { Weight } from '../../net/weight.ts';
import { binary } from '../arithmetic.ts';
import { type DraftBlob, weightOfTensor } from '../builder.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';
import { depthParams, heightParams, type SlidingAxis, slidingAxes, widthParams } from '../window.ts';
import { convolveDepth, type PlaneLayer } from './dynamicDepth.ts';
import { innerProduct } from './matrix.ts';
import { withoutPaddingTaps } from './paddingTaps.ts';

/** Convolutions over one to three axes, as ncnn's layer of that dimension. Grouped convolutions use its DepthWise form. */
export const convolutionLowerings: LoweringFamily = {
  Conv: (node) => node.define(0, convolution(node)),
  'com.microsoft:FusedConv': (node) => {
    const plain = convolution(node);
    const sum = node.optionalInput(3) === undefined ? plain : binary(node, 'ADD', plain, node.blob(3, plain.shape));
    node.define(0, applyActivation(node, sum));
  },
};

function convolution(node: LoweringNode): DraftBlob {
  const { outputChannels, groups, axes } = convolutionPlan(node);
  const sample = node.sampleShape(0);
  const matrix = onOnePixel(node);
  if (matrix !== undefined) return matrix;
  if (typeof outputChannels !== 'number') throw new OperatorError('shape', 'the number of output channels is unknown');
  const shape: BlobShape = [outputChannels, ...axes.map((axis) => axis.output)];
  const sliding = slidingAxes(axes, autoPad(node) === 'SAME_LOWER');
  const bottom = node.blob(0, sample.length <= 4 ? sample : tooManyAxes(axes.length));
  const weight = node.constant(1);
  if (weight === undefined) return withDynamicWeight(node, bottom, sliding, { num_output: outputChannels, group: groups }, shape);

  const bias = node.constant(2);
  const fewer = withoutPaddingTaps(
    sliding.map((axis, index) => ({ ...axis, input: axes[index]?.input, output: axes[index]?.output })),
    weight,
  );
  const kernels = fewer?.weight ?? weightOfTensor(weight);
  const params = {
    num_output: outputChannels,
    bias_term: bias === undefined ? 0 : 1,
    weight_data_size: kernels.length,
    ...(groups > 1 ? { group: groups } : {}),
  };
  const weights = [kernels, ...(bias === undefined ? [] : [weightOfTensor(bias)])];
  const result = withConstantWeight(node, bottom, fewer?.axes ?? sliding, params, shape, weights);
  return node.isDynamic(2) ? binary(node, 'ADD', result, node.blob(2, [outputChannels, ...axes.map(() => 1)])) : result;
}

/** Convolving one pixel with a 1×1 kernel multiplies a vector by a matrix, and needs no view with image axes; it keeps those it has. */
function onOnePixel(node: LoweringNode): DraftBlob | undefined {
  const { inputChannels, outputChannels, groups, axes } = convolutionPlan(node);
  const weight = node.constant(1);
  const bias = node.constant(2);
  const single = axes.every(({ input, kernel, pads }) => input === 1 && kernel === 1 && pads?.every((pad) => pad === 0));
  if (weight === undefined || groups !== 1 || !single || node.isDynamic(2)) return undefined;
  if (node.storedShape(0)?.length === axes.length + 1) return undefined;
  if (typeof outputChannels !== 'number' || typeof inputChannels !== 'number') return undefined;
  return innerProduct(node, node.blob(0, [inputChannels]), outputChannels, weightOfTensor(weight), bias && weightOfTensor(bias));
}

interface ConvolutionParams {
  readonly num_output: number;
  readonly bias_term: number;
  readonly weight_data_size: number;
  readonly group?: number;
}

function withConstantWeight(
  node: LoweringNode,
  bottom: DraftBlob,
  axes: readonly SlidingAxis[],
  params: ConvolutionParams,
  shape: BlobShape,
  weights: readonly Weight[],
): DraftBlob {
  const grouped = params.group !== undefined;
  const [last, middle, first] = [...axes].reverse();
  if (last === undefined) throw tooManyAxes(0);
  if (middle === undefined) {
    const all = { ...params, ...widthParams(last) };
    return node.layer(grouped ? 'ConvolutionDepthWise1D' : 'Convolution1D', [bottom], all, shape, weights);
  }
  if (first === undefined) {
    const all = { ...params, ...widthParams(last), ...heightParams(middle) };
    return node.layer(grouped ? 'ConvolutionDepthWise' : 'Convolution', [bottom], all, shape, weights);
  }
  const all = { ...params, ...widthParams(last), ...heightParams(middle), ...depthParams(first) };
  return node.layer(grouped ? 'ConvolutionDepthWise3D' : 'Convolution3D', [bottom], all, shape, weights);
}

/**
 * Dynamic weight: ncnn takes the weight as the second bottom, [outputs, inputs / groups, …kernel], and the bias as the third. 3-D
 * convolutions are computed slice by slice.
 */
function withDynamicWeight(
  node: LoweringNode,
  bottom: DraftBlob,
  axes: readonly SlidingAxis[],
  { num_output, group }: { readonly num_output: number; readonly group: number },
  shape: BlobShape,
): DraftBlob {
  const [last, middle, first] = [...axes].reverse();
  if (last === undefined) throw tooManyAxes(axes.length);
  const bias = node.optionalInput(2) === undefined ? [] : [node.blob(2, [num_output])];
  const params = { num_output, bias_term: bias.length, dynamic_weight: 1, ...(group > 1 ? { group } : {}), ...widthParams(last) };
  if (middle === undefined) {
    const bottoms = [bottom, node.blob(1, node.shape(1)), ...bias];
    return node.layer(group > 1 ? 'ConvolutionDepthWise1D' : 'Convolution1D', bottoms, params, shape);
  }
  const plane: PlaneLayer = (operand, weight) => {
    const bottoms = [operand, weight, ...bias];
    const top = [num_output, ...shape.slice(-2)];
    return node.layer(group > 1 ? 'ConvolutionDepthWise' : 'Convolution', bottoms, { ...params, ...heightParams(middle) }, top);
  };
  return first === undefined ? plane(bottom, node.blob(1, node.shape(1))) : convolveDepth(node, bottom, first, shape, plane);
}

function tooManyAxes(count: number): never {
  throw new OperatorError('unsupported', `ncnn has convolutions over one to three axes, not ${count}`);
}

/** The activation of a fused operator as a separate layer. The optimizer fuses it into the previous layer if possible. */
export function applyActivation(node: LoweringNode, blob: DraftBlob): DraftBlob {
  const activation = fusedActivation(node);
  switch (activation?.name) {
    case undefined:
      return blob;
    case 'Relu':
      return node.layer('ReLU', [blob], {}, blob.shape);
    case 'LeakyRelu':
      return node.layer('ReLU', [blob], { slope: activation.alpha }, blob.shape);
    case 'Sigmoid':
      return node.layer('Sigmoid', [blob], {}, blob.shape);
    case 'Tanh':
      return node.layer('TanH', [blob], {}, blob.shape);
    case 'Clip':
      return node.layer(
        'Clip',
        [blob],
        { min: Math.max(activation.min, -maxFloat32), max: Math.min(activation.max, maxFloat32) },
        blob.shape,
      );
    case 'HardSigmoid':
      return node.layer('HardSigmoid', [blob], { alpha: activation.alpha, beta: activation.beta }, blob.shape);
  }
}

/** The largest float32. */
const maxFloat32 = 3.4028234663852886e38;
