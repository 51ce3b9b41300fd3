import { withShapeHint } from '../../shapeHints.ts';
import type { FormPass } from './form.ts';
import { winogradLayers } from './winogradLayers.ts';

/**
 * Adds the shape of its output to a 3x3 Convolution over a small plane, so that ncnn computes it with smaller tiles.
 *
 *     Convolution([c, h, w])      becomes      Convolution([c, h, w]) with the parameter 30, the shape of its top
 *
 * ncnn transforms the weights when it loads the net. Without the shape it prepares Winograd's F(4, 3), which computes tiles of 4x4 elements
 * from 4 times as many weights; with the shape, its code for x86 prepares F(2, 3) for small planes: tiles of 2x2 from 1.8 times as many
 * weights. F(2, 3) also has smaller rounding errors. Other sizes than the declared one are computed with the same tiles.
 *
 * Where: planes of 6x6 to 10x10, and at least 96 channels and kernels.
 *
 * Measured on x86 (one thread, default options), F(2, 3) takes 0.65 to 0.95 times as long there; with 64 channels it takes up to 1.1 times,
 * on planes of 12x12 as long, and on 20x20 1.3 times as long. In WebAssembly, where a multiplication costs more, it takes 1.05 to 1.6 times
 * as long. ncnn's ARM code ignores the shape. Its Vulkan code computes only planes of this shape then, so the target `any` does without.
 */
export const hintWinogradTile: FormPass = {
  name: 'hint_shape_of_convolution',
  description:
    "Adds the shape of its output to a 3x3 Convolution over 6x6 to 10x10 elements, for which ncnn then chooses smaller tiles of Winograd's algorithm (only for the target `x86`).",
  run: (editor, target) => {
    if (target !== 'x86') return 0;
    let times = 0;
    for (const { layer, shape, channels } of winogradLayers(editor)) {
      const [kernels, ...plane] = shape;
      if (plane.some((size) => size < leastRows || size > mostRows) || Math.min(channels, kernels) < leastChannels) continue;
      editor.replace(layer, withShapeHint(layer, shape));
      times++;
    }
    return times;
  },
};

const [leastRows, mostRows, leastChannels] = [6, 10, 96];
