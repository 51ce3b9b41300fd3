import { OperatorError } from '../../graph/ir/operator.ts';
import type { Tensor } from '../../graph/ir/tensor.ts';
import { convolutionPlan } from '../../graph/ops/linear/convolution.ts';
import type { BlobShape } from '../../net/net.ts';
import { computedWeight, type Weight } from '../../net/weight.ts';
import { binary } from '../arithmetic.ts';
import { type DraftBlob, weightOfTensor } from '../builder.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';
import { heightParams, type SlidingAxis, slidingAxes, widthParams } from '../window.ts';

/**
 * ncnn's deformable convolution is 2-D, with a constant weight and one group of channels and offsets. More groups are sums and
 * concatenations of such layers. For a dynamic weight, a layer with a weight of ones and zeros gathers the samples first.
 */
export const deformableConvolutionLowerings: LoweringFamily = {
  DeformConv: (node) => {
    const work = workOf(node);
    node.define(0, node.constant(1) !== undefined ? withConstantWeight(node, work) : withDynamicWeight(node, work));
  },
};

/** The operands as blobs, sliced into ranges of channels with the same group and offsets. */
interface Work {
  readonly inputs: number;
  readonly outputs: number;
  readonly groups: number;
  readonly taps: number;
  readonly axes: { readonly height: SlidingAxis; readonly width: SlidingAxis };
  readonly size: BlobShape;
  readonly ranges: readonly ChannelRange[];
}

interface ChannelRange {
  readonly first: number;
  readonly end: number;
  readonly group: number;
  /** Features of these channels, the offsets of their group, and the mask, if any. */
  readonly bottoms: readonly DraftBlob[];
}

function workOf(node: LoweringNode): Work {
  const { inputChannels, outputChannels, groups, axes } = convolutionPlan(node);
  const [height, width] = slidingAxes(axes, false);
  if (axes.length !== 2 || height === undefined || width === undefined) {
    throw new OperatorError('unsupported', `ncnn has deformable convolutions over two axes, not ${axes.length}`);
  }
  if (typeof inputChannels !== 'number' || typeof outputChannels !== 'number') {
    throw new OperatorError('shape', 'the numbers of channels are unknown');
  }
  const offsetGroups = node.int('offset_group', 1);
  const perGroup = inputChannels / groups;
  const perOffset = inputChannels / offsetGroups;
  const borders = [...Array(groups).keys()]
    .map((group) => group * perGroup)
    .concat([...Array(offsetGroups).keys()].map((group) => group * perOffset));
  const firsts = [...new Set(borders)].sort((a, b) => a - b);
  const size = axes.map((axis) => axis.output);
  const features = slices(node, node.blob(0, node.sampleShape(0)), firsts, inputChannels);
  const split = (index: number): readonly DraftBlob[] => {
    const blob = node.blob(index, node.sampleShape(index));
    const channels = Number(blob.shape[0]);
    const parts = slices(
      node,
      blob,
      [...Array(offsetGroups).keys()].map((group) => (group * channels) / offsetGroups),
      channels,
    );
    return firsts.map((first) => parts[Math.floor(first / perOffset)] ?? blob);
  };
  const offsets = split(2);
  const masks = node.optionalInput(4) === undefined ? [] : split(4);
  const ranges = firsts.map((first, index) => ({
    first,
    end: firsts[index + 1] ?? inputChannels,
    group: Math.floor(first / perGroup),
    bottoms: [features[index], offsets[index], masks[index]].filter((blob) => blob !== undefined),
  }));
  const taps = height.kernel * width.kernel;
  return { inputs: inputChannels, outputs: outputChannels, groups, taps, axes: { height, width }, size, ranges };
}

/** Slices the blob along its channels before each of the given ones. */
function slices(node: LoweringNode, blob: DraftBlob, firsts: readonly number[], channels: number): readonly DraftBlob[] {
  if (firsts.length === 1) return [blob];
  const counts = firsts.map((first, index) => (firsts[index + 1] ?? channels) - first);
  const shapes = counts.map((count) => [count, ...blob.shape.slice(1)]);
  return node.layers('Slice', [blob], { slices: counts, axis: 0 }, shapes);
}

function deformed(node: LoweringNode, { axes, size }: Work, range: ChannelRange, outputs: number, weights: readonly Weight[]): DraftBlob {
  const params = {
    num_output: outputs,
    bias_term: weights.length - 1,
    weight_data_size: weights[0]?.length ?? 0,
    ...widthParams(axes.width),
    ...heightParams(axes.height),
  };
  return node.layer('DeformableConv2D', range.bottoms, params, [outputs, ...size], weights);
}

function withConstantWeight(node: LoweringNode, work: Work): DraftBlob {
  const { inputs, outputs, groups, taps, ranges, size } = work;
  const weight = node.constant(1);
  const bias = node.constant(3);
  if (weight === undefined) throw new OperatorError('invalid', 'the weight is missing');
  const perGroup = outputs / groups;
  const results = Array.from({ length: groups }, (_, group) => {
    const parts = ranges
      .filter((range) => range.group === group)
      .map((range, index) => {
        const first = range.first - (group * inputs) / groups;
        const own = weightSlice(
          weight,
          [group * perGroup, (group + 1) * perGroup],
          [first, first + range.end - range.first],
          inputs / groups,
          taps,
        );
        const ownBias = bias === undefined || index > 0 ? [] : [biasSlice(bias, group * perGroup, perGroup)];
        return deformed(node, work, range, perGroup, [own, ...ownBias]);
      });
    return parts.reduce((sum, part) => binary(node, 'ADD', sum, part));
  });
  const whole = joined(node, results, [outputs, ...size]);
  return node.isDynamic(3) ? binary(node, 'ADD', whole, node.blob(3, [outputs, 1, 1])) : whole;
}

/** The weights of some outputs for some inputs of their group. It is a view if that is the whole weight. */
function weightSlice(
  weight: Tensor,
  [firstOutput, endOutput]: readonly [number, number],
  [firstInput, endInput]: readonly [number, number],
  inputs: number,
  taps: number,
): Weight {
  const length = (endInput - firstInput) * taps;
  if (weight.size === (endOutput - firstOutput) * length) return weightOfTensor(weight);
  return computedWeight((endOutput - firstOutput) * length, () => {
    const source = weight.toFloat32();
    const result = new Float32Array((endOutput - firstOutput) * length);
    for (let output = firstOutput; output < endOutput; output++) {
      const start = (output * inputs + firstInput) * taps;
      result.set(source.subarray(start, start + length), (output - firstOutput) * length);
    }
    return result;
  });
}

function biasSlice(bias: Tensor, first: number, length: number): Weight {
  if (bias.size === length) return weightOfTensor(bias);
  return computedWeight(length, () => bias.toFloat32().slice(first, first + length));
}

/** Samples every kernel position of every channel, and applies a 1×1 convolution to the samples. */
function withDynamicWeight(node: LoweringNode, work: Work): DraftBlob {
  const { inputs, outputs, groups, taps, ranges, size } = work;
  const sampled = ranges.map((range) => {
    const cells = (range.end - range.first) * taps;
    const identity = computedWeight(cells * cells, () =>
      Float32Array.from({ length: cells * cells }, (_, index) => (index % (cells + 1) === 0 ? 1 : 0)),
    );
    return deformed(node, work, range, cells, [identity]);
  });
  const samples = joined(node, sampled, [inputs * taps, ...size]);
  const bias = node.optionalInput(3) === undefined ? [] : [node.blob(3, [outputs])];
  const bottoms = [samples, node.blob(1, [outputs, (inputs / groups) * taps, 1, 1]), ...bias];
  const params = { num_output: outputs, kernel_w: 1, bias_term: bias.length, dynamic_weight: 1 };
  if (groups === 1) return node.layer('Convolution', bottoms, params, [outputs, ...size]);
  return node.layer('ConvolutionDepthWise', bottoms, { ...params, group: groups }, [outputs, ...size]);
}

function joined(node: LoweringNode, blobs: readonly DraftBlob[], shape: BlobShape): DraftBlob {
  const [only] = blobs;
  return only !== undefined && blobs.length === 1 ? only : node.layer('Concat', blobs, { axis: 0 }, shape);
}
