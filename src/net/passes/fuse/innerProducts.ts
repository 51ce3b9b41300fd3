import { paramOf } from '../../layers/params.ts';
import { fusedWeight } from '../../weight.ts';
import { feedsDiscontinuity } from '../analysis/discontinuity.ts';
import { float64Values } from '../analysis/float64Values.ts';
import { changed, hasOwnWeights, isPlain, weightIn } from '../analysis/linear.ts';
import { hasType } from '../editor.ts';
import type { Pass } from '../pass.ts';

/** Makes one InnerProduct of two in a row without anything in between, where that is no larger. */
export const fuseInnerProducts: Pass = {
  name: 'fuse_innerproduct_innerproduct',
  run: (editor) => {
    let times = 0;
    for (const first of editor.layers('InnerProduct')) {
      const second = editor.onlyReader(first);
      if (!hasType(second, ['InnerProduct']) || !isPlain(first) || !hasOwnWeights(second)) continue;
      if (feedsDiscontinuity(editor, second.tops[0])) continue;
      const [middle, outputs] = [paramOf(first, 'num_output'), paramOf(second, 'num_output')];
      const inputs = weightIn(first).length / middle;
      // Where the numbers differ the second takes several rows for one.
      if (weightIn(second).length !== middle * outputs || inputs * outputs > middle * (inputs + outputs)) continue;
      const [inner, outer] = [weightIn(first), weightIn(second)];
      const product = fusedWeight(inputs * outputs, () => {
        const [a, b] = [float64Values(inner), float64Values(outer)];
        const sums = new Float64Array(inputs * outputs);
        for (let output = 0; output < outputs; output++) {
          for (let between = 0; between < middle; between++) {
            const factor = b[output * middle + between] ?? 0;
            for (let input = 0; input < inputs; input++) {
              const index = output * inputs + input;
              sums[index] = (sums[index] ?? 0) + factor * (a[between * inputs + input] ?? 0);
            }
          }
        }
        return sums;
      });
      const bias = fusedWeight(outputs, () => {
        const b = float64Values(outer);
        const before = first.weights[1] === undefined ? new Float64Array(middle) : float64Values(first.weights[1]);
        const sums = second.weights[1] === undefined ? new Float64Array(outputs) : float64Values(second.weights[1]);
        for (let index = 0; index < b.length; index++) {
          const output = Math.floor(index / middle);
          sums[output] = (sums[output] ?? 0) + (b[index] ?? 0) * (before[index % middle] ?? 0);
        }
        return sums;
      });
      const hasBias = first.weights[1] !== undefined || second.weights[1] !== undefined;
      const params = { weight_data_size: product.length, bias_term: hasBias ? 1 : 0 };
      const fused = changed(second, params, hasBias ? [product, bias] : [product]);
      editor.fuse(first, second, { ...fused, name: first.name, bottoms: first.bottoms });
      times++;
    }
    return times;
  },
};
