import { binaryCodes } from '../../layers/codes.ts';
import { isSizes } from '../../layers/shapeRule.ts';
import { type Layer, makeLayer } from '../../net.ts';
import { doubleWeight, type Weight, weightOf } from '../../weight.ts';
import { type Affine, affineOf, hasAffine } from '../analysis/affine.ts';
import { entry } from '../analysis/channels.ts';
import { feedsDiscontinuity } from '../analysis/discontinuity.ts';
import type { NetEditor } from '../editor.ts';
import type { Pass } from '../pass.ts';

/**
 * Fuses two layers that multiply and shift by constants into a BinaryOp, if all elements get the same values and one operation is enough,
 * and otherwise into a BatchNorm. Unlike Scale, BatchNorm has half-precision arithmetic in ncnn.
 */
export const fuseBatchNormScale: Pass = {
  name: 'fuse_batchnorm_scale',
  description: 'Fuses two consecutive layers that multiply by constants or add them into one BatchNorm or BinaryOp.',
  run: (editor) => {
    let times = 0;
    if (!hasAffine(editor)) return times;
    for (const first of editor.allLayers()) {
      const second = editor.onlyReader(first);
      const before = second && affineOf(first, editor);
      const after = second && before ? affineOf(second, editor) : undefined;
      if (second === undefined || before === undefined || after === undefined || after.source !== first.tops[0]) continue;
      const fused = merged(first, before, after, editor);
      if (fused === undefined || feedsDiscontinuity(editor, second.tops[0])) continue;
      editor.fuse(first, second, { ...fused, bottoms: [before.source], tops: second.tops });
      times++;
    }
    return times;
  },
};

/** The fraction of a summand below which its remainder counts as canceled. */
const canceled = 1e-3;

/** A longer vector is not a row of channels: each of its values would get separate factors. */
const maxChannels = 4096;

function merged(first: Layer, before: Affine, after: Affine, editor: NetEditor): Layer | undefined {
  if (before.channels === undefined && after.channels === undefined) {
    const [factor, summand] = [factorOf(before, after)(0), summandOf(before, after)(0)];
    const scalar = (op: { readonly code: number }, b: number): Layer =>
      makeLayer('BinaryOp', first.name, [], [], { op_type: op.code, with_scalar: 1, b: Math.fround(b) });
    // Adding a number and subtracting it again rounds, which may be intended.
    if (Math.abs(summand) < canceled * Math.abs(before.shift?.()[0] ?? 0)) return undefined;
    if (summand === 0) return scalar(binaryCodes.MUL, factor);
    if (factor === 1) return scalar(binaryCodes.ADD, summand);
  }
  const count = channelCount(before, after, editor);
  if (count === undefined) return undefined;
  const ofChannels = (value: (channel: number) => number): Weight =>
    doubleWeight(Float64Array.from({ length: count }, (_, channel) => value(channel)));
  const weights = [
    ofChannels(factorOf(before, after)),
    weightOf(new Float32Array(count)),
    weightOf(new Float32Array(count).fill(1)),
    ofChannels(summandOf(before, after)),
  ];
  return makeLayer('BatchNorm', first.name, [], [], { channels: count }, weights);
}

function factorOf(before: Affine, after: Affine): (channel: number) => number {
  const [one, two] = [before.scale?.(), after.scale?.()];
  return (channel) => entry(one, channel, 1) * entry(two, channel, 1);
}

function summandOf(before: Affine, after: Affine): (channel: number) => number {
  const [shift, factor, summand] = [before.shift?.(), after.scale?.(), after.shift?.()];
  return (channel) => entry(shift, channel, 0) * entry(factor, channel, 1) + entry(summand, channel, 0);
}

/** The number of channels of both layers on the outermost axis; `undefined` if their channels are on another axis or are too many. */
function channelCount(before: Affine, after: Affine, editor: NetEditor): number | undefined {
  const all = [before.channels, after.channels].filter((channels) => channels !== undefined);
  const shape = editor.shape(before.source);
  const [known] = isSizes(shape) ? shape : [];
  const count = all[0]?.count ?? known;
  const agree = all.every((channels) => channels.axis === 0 && channels.count === count);
  return agree && count !== undefined && count <= maxChannels ? count : undefined;
}
