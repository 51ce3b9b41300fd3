import { featureBits, withFeatureMask } from '../../featureMask.ts';
import { paramOf } from '../../layers/params.ts';
import { isSizes } from '../../layers/shapeRule.ts';
import { groupsOf, hasOwnWeights, weightIn } from '../analysis/linear.ts';
import type { LayerAmong, NetEditor } from '../editor.ts';
import type { FormPass } from './form.ts';

/**
 * Turns off Winograd's algorithm for a 3x3 Convolution over a small plane.
 *
 *     Convolution([c, h, w])      becomes      Convolution([c, h, w]) with 64 in the feature mask
 *
 * The convolution is then computed as a product of matrices. Both compute the same; the product has smaller rounding errors.
 *
 * Where: planes of at most 7x7, at least 64 channels, and at least 64 * 128 kernels.
 *
 * Winograd's algorithm multiplies less, but reads 4 to 7 times as many weights, which few elements of the result share. Measured on x86 (one
 * thread, default options), the product takes 0.5 to 0.6 times as long on planes of 4x4 and 0.7 to 0.95 times on 7x7; from 14x14 on it takes
 * longer. In WebAssembly and on ARM, where a multiplication costs more, it takes longer from 7x7 on.
 */
export const replaceWinograd: FormPass = {
  name: 'replace_winograd_with_gemm',
  description:
    "Replaces Winograd's algorithm with a product of matrices in a 3x3 Convolution over at most 7x7 elements (only for the target `x86`).",
  run: (editor, target) => {
    if (target !== 'x86') return 0;
    let times = 0;
    for (const layer of editor.layers('Convolution')) {
      if (!usesWinograd(layer) || !isSmall(editor, layer)) continue;
      editor.replace(layer, withFeatureMask(layer, featureBits.winograd));
      times++;
    }
    return times;
  },
};

const [mostRows, leastChannels, leastKernels] = [7, 64, 64 * 128];

function usesWinograd(layer: LayerAmong<'Convolution'>): boolean {
  const sizes = [paramOf(layer, 'kernel_w'), paramOf(layer, 'kernel_h')];
  const steps = [paramOf(layer, 'stride_w'), paramOf(layer, 'stride_h'), paramOf(layer, 'dilation_w'), paramOf(layer, 'dilation_h')];
  return hasOwnWeights(layer) && groupsOf(layer) === 1 && sizes.every((size) => size === 3) && steps.every((step) => step === 1);
}

function isSmall(editor: NetEditor, layer: LayerAmong<'Convolution'>): boolean {
  const shape = editor.shape(layer.tops[0]);
  if (!isSizes(shape) || shape.length !== 3) return false;
  const [outputs = 0, ...plane] = shape;
  const kernels = weightIn(layer).length / 9;
  return (
    plane.every((size) => size <= mostRows) && outputs >= leastChannels && kernels / outputs >= leastChannels && kernels >= leastKernels
  );
}
