import { OperatorError } from '../../graph/ir/operator.ts';
import type { Tensor } from '../../graph/ir/tensor.ts';
import { type TransposedAxis, type TransposedPlan, transposedPlan } from '../../graph/ops/linear/transposed.ts';
import type { BlobShape } from '../../net/net.ts';
import { computedWeight, type Weight } from '../../net/weight.ts';
import { binary } from '../arithmetic.ts';
import { type DraftBlob, weightOfTensor } from '../builder.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';
import { depthParams, dynamicPadsError, heightParams, type SlidingAxis, widthParams } from '../window.ts';
import { convolveDepthTransposed } from './dynamicDepth.ts';

/**
 * Transposed convolutions over one to three axes. Like ONNX, ncnn adds the output padding after the full result, fills it with the bias,
 * and then removes the pads.
 */
export const transposedConvolutionLowerings: LoweringFamily = {
  ConvTranspose: (node) => {
    const plan = transposedPlan(node);
    const sample = node.sampleShape(0);
    const count = plan.axes.length;
    if (count > 3) throw new OperatorError('unsupported', `ncnn has transposed convolutions over one to three axes, not ${count}`);
    const { outputChannels, axes } = plan;
    const shape: BlobShape = [outputChannels, ...axes.map((axis) => axis.output)];
    const bottom = node.blob(0, sample);
    const weight = node.constant(1);
    if (weight === undefined) {
      node.define(0, withDynamicWeight(node, plan, bottom, shape));
      return;
    }
    const bias = node.constant(2);
    const weights = [outputFirst(weight, plan), ...(bias === undefined ? [] : [weightOfTensor(bias)])];
    const params = { bias_term: bias === undefined ? 0 : 1, weight_data_size: weight.size };
    const result = transposedLayer(node, plan, [bottom], params, shape, weights);
    node.define(0, node.isDynamic(2) ? binary(node, 'ADD', result, node.blob(2, [outputChannels, ...axes.map(() => 1)])) : result);
  },
};

interface WeightParams {
  readonly bias_term: number;
  readonly weight_data_size?: number;
  readonly dynamic_weight?: number;
}

function transposedLayer(
  node: LoweringNode,
  { outputChannels, groups, axes }: TransposedPlan,
  bottoms: readonly DraftBlob[],
  own: WeightParams,
  shape: BlobShape,
  weights: readonly Weight[] = [],
): DraftBlob {
  const grouped = groups > 1;
  const params = { num_output: outputChannels, ...own, ...(grouped ? { group: groups } : {}) };
  const [last, middle, first] = [...axes].reverse();
  if (last === undefined) throw new OperatorError('invalid', 'no axis to convolve over');
  const width = { ...widthParams(cut(last)), output_pad_right: last.outputPadding };
  if (middle === undefined) {
    return node.layer(grouped ? 'DeconvolutionDepthWise1D' : 'Deconvolution1D', bottoms, { ...params, ...width }, shape, weights);
  }
  const height = { ...width, ...heightParams(cut(middle)), output_pad_bottom: middle.outputPadding };
  if (first === undefined) {
    return node.layer(grouped ? 'DeconvolutionDepthWise' : 'Deconvolution', bottoms, { ...params, ...height }, shape, weights);
  }
  const depth = { ...height, ...depthParams(cut(first)), output_pad_behind: first.outputPadding };
  const { dynamic_weight: _, ...constant } = params;
  return node.layer(grouped ? 'DeconvolutionDepthWise3D' : 'Deconvolution3D', bottoms, { ...constant, ...depth }, shape, weights);
}

/**
 * Dynamic weight: ncnn takes the weight as the second bottom, in the layout of ONNX, and the bias as the third. 3-D convolutions are
 * computed slice by slice.
 */
function withDynamicWeight(node: LoweringNode, plan: TransposedPlan, bottom: DraftBlob, shape: BlobShape): DraftBlob {
  const { outputChannels, axes } = plan;
  const bias = node.optionalInput(2) === undefined ? [] : [node.blob(2, axes.length === 3 ? [outputChannels, 1, 1, 1] : [outputChannels])];
  const [first, ...plane] = axes;
  if (axes.length < 3 || first === undefined) {
    const bottoms = [bottom, node.blob(1, node.shape(1)), ...bias];
    return transposedLayer(node, plan, bottoms, { bias_term: bias.length, dynamic_weight: 1 }, shape);
  }
  // The bias is added after the slices have been summed.
  const rows = outputChannels * first.kernel;
  const depth = { ...cut(first), outputPadding: first.outputPadding };
  const result = convolveDepthTransposed(node, bottom, depth, shape, (operand, weight) =>
    transposedLayer(node, { ...plan, outputChannels: rows, axes: plane }, [operand, weight], { bias_term: 0, dynamic_weight: 1 }, [
      rows,
      ...shape.slice(-2),
    ]),
  );
  return bias.reduce((sum, addend) => binary(node, 'ADD', sum, addend), result);
}

function cut({ kernel, stride, dilation, pads }: TransposedAxis): SlidingAxis {
  if (pads === undefined) throw dynamicPadsError();
  return { kernel, stride, dilation, begin: pads[0], end: pads[1] };
}

/** Transposes the weight [inputs, outputs / groups, …] to ncnn's layout: within each group [outputs, inputs, …]. */
function outputFirst(weight: Tensor, { inputChannels, outputChannels, groups }: TransposedPlan): Weight {
  const inputs = inputChannels / groups;
  const outputs = outputChannels / groups;
  if (inputs === 1 || outputs === 1) return weightOfTensor(weight);
  const taps = weight.size / (inputChannels * outputs);
  return computedWeight(weight.size, () => {
    const source = weight.toFloat32();
    const result = new Float32Array(source.length);
    let target = 0;
    for (let group = 0; group < groups; group++) {
      for (let output = 0; output < outputs; output++) {
        for (let input = 0; input < inputs; input++) {
          const start = ((group * inputs + input) * outputs + output) * taps;
          result.set(source.subarray(start, start + taps), target);
          target += taps;
        }
      }
    }
    return result;
  });
}
