import { multiplyMatrices } from '../../../kernels/matmul.ts';
import { paramOf } from '../../layers/params.ts';
import type { Layer } from '../../net.ts';
import { fusedWeight, type Weight } from '../../weight.ts';
import { feedsDiscontinuity } from '../analysis/discontinuity.ts';
import { float64Values } from '../analysis/float64Values.ts';
import { changed, hasOwnWeights, isPlain, weightIn } from '../analysis/linear.ts';
import { hasType, type LayerAmong } from '../editor.ts';
import type { Pass } from '../pass.ts';

type InnerProduct = LayerAmong<'InnerProduct'>;

/**
 * Limit on the multiply-adds of computing the product: a larger one takes more time than the fusion saves. The limit is some hundredths of
 * a second.
 */
const maxMultiplyAdds = 1 << 26;

export const fuseInnerProducts: Pass = {
  name: 'fuse_innerproduct_innerproduct',
  description: 'Fuses two consecutive InnerProduct layers into one where that has fewer weights.',
  run: (editor) => {
    let times = 0;
    for (const first of editor.layers('InnerProduct')) {
      const second = editor.onlyReader(first);
      if (!hasType(second, ['InnerProduct']) || !isPlain(first) || !hasOwnWeights(second)) continue;
      const sizes = sizesOf(first, second);
      if (!isWorthwhile(sizes) || feedsDiscontinuity(editor, second.tops[0])) continue;
      // If the numbers differ, the second layer reads several rows as one.
      if (weightIn(second).length !== sizes.middle * sizes.outputs) continue;
      editor.fuse(first, second, fused(first, second, sizes));
      times++;
    }
    return times;
  },
};

interface Sizes {
  readonly inputs: number;
  /** Number of values between the two layers. */
  readonly middle: number;
  readonly outputs: number;
}

function sizesOf(first: InnerProduct, second: InnerProduct): Sizes {
  const middle = paramOf(first, 'num_output');
  return { inputs: weightIn(first).length / middle, middle, outputs: paramOf(second, 'num_output') };
}

/** Whether the product has fewer weights than the two matrices and can be computed quickly. */
function isWorthwhile({ inputs, middle, outputs }: Sizes): boolean {
  return inputs * outputs < middle * (inputs + outputs) && inputs * middle * outputs <= maxMultiplyAdds;
}

function fused(first: InnerProduct, second: InnerProduct, { inputs, middle, outputs }: Sizes): Layer {
  const [inner, outer] = [weightIn(first), weightIn(second)];
  const product = fusedWeight(inputs * outputs, [inner, outer], () => {
    const values = new Float64Array(inputs * outputs);
    multiplyMatrices(float64Values(outer), 0, float64Values(inner), 0, values, 0, [outputs, middle, inputs]);
    return values;
  });
  const bias = fusedBias(first.weights[1], second.weights[1], outer, outputs);
  const params = { weight_data_size: product.length, bias_term: bias === undefined ? 0 : 1 };
  const layer = changed(second, params, bias === undefined ? [product] : [product, bias]);
  return { ...layer, name: first.name, bottoms: first.bottoms };
}

/** The bias of the first layer multiplied by the second matrix, plus the bias of the second layer. */
function fusedBias(first: Weight | undefined, second: Weight | undefined, outer: Weight, outputs: number): Weight | undefined {
  if (first === undefined) return second;
  return fusedWeight(outputs, [first, second, outer], () => {
    const product = new Float64Array(outputs);
    multiplyMatrices(float64Values(outer), 0, float64Values(first), 0, product, 0, [outputs, first.length, 1]);
    return second === undefined ? product : float64Values(second).map((value, output) => value + (product[output] ?? 0));
  });
}
