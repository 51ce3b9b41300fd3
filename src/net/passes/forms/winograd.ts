import { featureBits, withFeatureMask } from '../../featureMask.ts';
import type { FormPass } from './form.ts';
import { winogradLayers } from './winogradLayers.ts';

/**
 * Turns off Winograd's algorithm for a 3x3 Convolution over a very small plane.
 *
 *     Convolution([c, h, w])      becomes      Convolution([c, h, w]) with 64 in the feature mask
 *
 * The convolution is then computed as a product of matrices. Both compute the same; the product has smaller rounding errors.
 *
 * Where: planes of at most 5x5, at least 64 channels, and at least 64 * 128 kernels.
 *
 * Winograd's algorithm multiplies less, but reads 1.8 to 7 times as many weights, which few elements of the result share. Measured on x86
 * (one thread, default options), the product takes 0.45 to 0.8 times as long on planes of 3x3 and 4x4, 0.5 to 0.9 times on 5x5, and less
 * than with the tiles that `winogradTile.ts` chooses; from 7x7 on it takes longer than with these. In WebAssembly and on ARM, where a
 * multiplication costs more, it takes longer from 7x7 on.
 */
export const replaceWinograd: FormPass = {
  name: 'replace_winograd_with_gemm',
  description:
    "Replaces Winograd's algorithm with a product of matrices in a 3x3 Convolution over at most 5x5 elements (only for the target `x86`).",
  run: (editor, target) => {
    if (target !== 'x86') return 0;
    let times = 0;
    for (const { layer, shape, channels } of winogradLayers(editor)) {
      const [kernels, ...plane] = shape;
      if (plane.some((size) => size > mostRows) || Math.min(channels, kernels) < leastChannels) continue;
      if (channels * kernels < leastKernels) continue;
      editor.replace(layer, withFeatureMask(layer, featureBits.winograd));
      times++;
    }
    return times;
  },
};

const [mostRows, leastChannels, leastKernels] = [5, 64, 64 * 128];
