import { binaryCodes, eltwiseCodes } from '../../layers/codes.ts';
import { paramOf } from '../../layers/params.ts';
import type { Layer } from '../../net.ts';
import { affineOf } from '../analysis/affine.ts';
import { type Branch, branchOf, identityBranch, partsOf, sumOfBranches } from '../analysis/branch.ts';
import { feedsDiscontinuity } from '../analysis/discontinuity.ts';
import { type ConvolutionType, changed, convolutionTypes } from '../analysis/linear.ts';
import { hasType, type LayerAmong, type NetEditor } from '../editor.ts';
import type { Pass } from '../pass.ts';

/**
 * Fuses the branches of a block that is trained with several convolutions of one blob side by side, as in RepVGG, MobileOne, FastViT and
 * RepGhost. What training frameworks call re-parameterization, for any net.
 *
 *     Convolution(x, W1) + b1  ±  Convolution(x, W2) + b2      becomes      Convolution(x, W1 ± W2) + (b1 ± b2)
 *     Convolution(x, W) + b    ±  (s x + t)                    becomes      Convolution(x, W ± diag(s)) + (b ± t)
 *
 * The smaller kernel is placed in the larger one where its taps read the same elements: the 1x1 kernel in the middle of a 3x3 kernel with a
 * padding of 1. `s x + t` is a BatchNorm, a Scale, constants, or `x` itself.
 *
 * Where: the convolutions have equal strides, dilations, groups, and result shapes, zero padding and no activation; only the sum reads them;
 * the fused kernel has no more weights than both. The second form needs a stride of 1 and as many outputs as inputs.
 */
export const fuseBranches: Pass = {
  name: 'fuse_convolution_branches',
  description:
    'Fuses a sum or difference of convolutions of one blob, of the blob itself and of its BatchNorm into one convolution, as in RepVGG.',
  run: (editor) => {
    let times = 0;
    if (!editor.has(...convolutionTypes)) return times;
    for (const sum of editor.layers('BinaryOp', 'Eltwise')) if (fuseTerms(editor, sum)) times++;
    return times;
  },
};

type Convolution = LayerAmong<ConvolutionType>;

/** Fuses the first two terms of a sum that can be fused. */
function fuseTerms(editor: NetEditor, sum: LayerAmong<'BinaryOp' | 'Eltwise'>): boolean {
  const signs = signsOf(sum);
  if (signs === undefined || new Set(sum.bottoms).size !== sum.bottoms.length) return false;
  for (const [place, blob] of sum.bottoms.entries()) {
    const layer = convolutionOf(editor, blob);
    const branch = layer && branchOf(layer);
    if (layer === undefined || branch === undefined) continue;
    for (const [other, otherBlob] of sum.bottoms.entries()) {
      const second = other === place ? undefined : otherBranch(editor, otherBlob, layer, branch);
      const fused = second && sumOfBranches(branch, second, [signs[place] ?? 1, signs[other] ?? 1]);
      if (fused === undefined || feedsDiscontinuity(editor, sum.tops[0])) continue;
      replaceTerms(editor, sum, { place, other, signs }, layer, fused);
      return true;
    }
  }
  return false;
}

/** The sign of each term of a sum; `undefined` if the layer is not a sum. */
function signsOf(sum: LayerAmong<'BinaryOp' | 'Eltwise'>): readonly number[] | undefined {
  if (hasType(sum, ['Eltwise'])) {
    const coeffs = paramOf(sum, 'coeffs');
    if (paramOf(sum, 'op_type') !== eltwiseCodes.SUM.code) return undefined;
    return coeffs.length === 0 ? sum.bottoms.map(() => 1) : coeffs;
  }
  if (sum.bottoms.length !== 2) return undefined;
  switch (paramOf(sum, 'op_type')) {
    case binaryCodes.ADD.code:
      return [1, 1];
    case binaryCodes.SUB.code:
      return [1, -1];
    case binaryCodes.RSUB.code:
      return [-1, 1];
    default:
      return undefined;
  }
}

/** The convolution that computes a blob, if nothing else reads the blob. */
function convolutionOf(editor: NetEditor, blob: string): Convolution | undefined {
  const layer = editor.producer(blob);
  return hasType(layer, convolutionTypes) && layer.bottoms.length === 1 && editor.onlyReader(layer) !== undefined ? layer : undefined;
}

/** Another term that is computed from the same blob as a convolution. */
function otherBranch(editor: NetEditor, blob: string, layer: Convolution, branch: Branch): Branch | undefined {
  const [source = ''] = layer.bottoms;
  if (blob === source) return editor.isKept(source) ? undefined : identityBranch(branch, {});
  const other = convolutionOf(editor, blob);
  if (other !== undefined) return other.type === layer.type && other.bottoms[0] === source ? branchOf(other) : undefined;
  const producer = editor.producer(blob);
  const affine = producer && affineOf(producer, editor);
  if (producer === undefined || affine?.source !== source || editor.onlyReader(producer) === undefined) return undefined;
  const { channels } = affine;
  const fits = channels === undefined || (channels.axis === 0 && channels.count === branch.outputs);
  return fits ? identityBranch(branch, affine) : undefined;
}

interface Terms {
  readonly place: number;
  readonly other: number;
  readonly signs: readonly number[];
}

/** Makes the fused convolution the only one of two terms; if there are no others, it replaces the sum. */
function replaceTerms(editor: NetEditor, sum: LayerAmong<'BinaryOp' | 'Eltwise'>, terms: Terms, layer: Convolution, fused: Branch): void {
  const { params, weights } = partsOf(fused, layer);
  const convolution = changed(layer, params, weights);
  const second = sum.bottoms[terms.other];
  if (sum.bottoms.length === 2) {
    editor.replace(sum, { ...convolution, tops: sum.tops });
    editor.remove(layer);
  } else {
    const left = sum.bottoms.map((_, index) => index).filter((index) => index !== terms.other);
    const coeffs = left.map((index) => (index === terms.place ? 1 : (terms.signs[index] ?? 1)));
    editor.replace(layer, convolution);
    editor.replace(sum, { ...changed(sum, { coeffs }, sum.weights), bottoms: left.map((index) => sum.bottoms[index] ?? '') });
  }
  const before: Layer | undefined = editor.producer(second);
  if (before !== undefined && second !== layer.bottoms[0]) editor.remove(before);
}
