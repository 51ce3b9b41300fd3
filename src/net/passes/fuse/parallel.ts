import { binaryCodes } from '../../layers/codes.ts';
import { paramOf } from '../../layers/params.ts';
import type { Layer } from '../../net.ts';
import { fusedWeight, type Weight } from '../../weight.ts';
import { feedsDiscontinuity } from '../analysis/discontinuity.ts';
import { float64Values } from '../analysis/float64Values.ts';
import { changed, isPlain, type LinearType, linearTypes, weightIn } from '../analysis/linear.ts';
import { hasType, type LayerAmong, type NetEditor } from '../editor.ts';
import type { Pass } from '../pass.ts';

export const fuseParallel: Pass = {
  name: 'fuse_convolution_sum',
  description: 'Fuses two convolutions or InnerProduct layers of one blob, whose results are added, into one.',
  run: (editor) => {
    let times = 0;
    for (const sum of editor.layers('BinaryOp')) {
      const [left, right] = sum.bottoms.map((bottom) => addend(editor, bottom));
      if (left === undefined || right === undefined || left === right || paramOf(sum, 'op_type') !== binaryCodes.ADD.code) continue;
      if (left.type === 'DeformableConv2D' || signature(left) !== signature(right) || feedsDiscontinuity(editor, sum.tops[0])) continue;
      const weight = summed(weightIn(left), weightIn(right));
      const biases = [left.weights[1], right.weights[1]].filter((bias) => bias !== undefined);
      const [one, two] = biases;
      const bias = one !== undefined && two !== undefined ? summed(one, two) : one;
      const fused = changed(left, { bias_term: bias === undefined ? 0 : 1 }, bias === undefined ? [weight] : [weight, bias]);
      editor.replace(sum, { ...fused, tops: sum.tops });
      editor.remove(left);
      editor.remove(right);
      times++;
    }
    return times;
  },
};

function addend(editor: NetEditor, blob: string): LayerAmong<LinearType> | undefined {
  const layer = editor.producer(blob);
  return hasType(layer, linearTypes) && isPlain(layer) && editor.onlyReader(layer) !== undefined ? layer : undefined;
}

/** Everything that must match so that the weights can be added. */
function signature(layer: Extract<Layer, { readonly params: object }>): string {
  const params = Object.entries(layer.params).filter(([name]) => name !== 'bias_term');
  return JSON.stringify([layer.type, layer.bottoms, params.sort(([a], [b]) => (a < b ? -1 : 1)), layer.rawParams ?? []]);
}

function summed(one: Weight, two: Weight): Weight {
  return fusedWeight(one.length, [one, two], () => {
    const other = float64Values(two);
    return float64Values(one).map((value, index) => value + (other[index] ?? 0));
  });
}
