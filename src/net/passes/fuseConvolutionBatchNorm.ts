import { paramOf } from '../layers/params.ts';
import type { Layer } from '../net.ts';
import { type ConvolutionType, convolutionTypes, isPlainConvolution, scaleAndShiftOutput } from './convolution.ts';
import { doublesOf } from './doubles.ts';
import { hasType, type LayerAmong } from './editor.ts';
import type { Pass } from './pass.ts';

/** Takes a BatchNorm into the weights of the convolution that alone feeds it. */
export const fuseConvolutionBatchNorm: Pass = {
  name: 'fuse_convolution_batchnorm',
  run: (editor) => {
    let times = 0;
    for (const convolution of editor.layers(...convolutionTypes)) {
      const norm = editor.onlyReader(convolution);
      if (!hasType(norm, ['BatchNorm']) || !canFuse(convolution, norm)) continue;
      const fused: Layer = scaleAndShiftOutput(convolution, () => scaleAndShift(norm));
      editor.fuse(convolution, norm, { ...fused, tops: norm.tops });
      times++;
    }
    return times;
  },
};

function canFuse(convolution: LayerAmong<ConvolutionType>, norm: LayerAmong<'BatchNorm'>): boolean {
  return isPlainConvolution(convolution) && paramOf(norm, 'channels') === paramOf(convolution, 'num_output');
}

/** What a BatchNorm multiplies each channel with and adds to it. */
function scaleAndShift(norm: LayerAmong<'BatchNorm'>): { readonly scale: Float64Array; readonly shift: Float64Array } {
  const [slope, mean, variance, bias] = norm.weights.map(doublesOf);
  if (slope === undefined || mean === undefined || variance === undefined || bias === undefined)
    throw new RangeError('a BatchNorm has four weights');
  const eps = Math.fround(paramOf(norm, 'eps'));
  const scale = slope.map((value, channel) => {
    const deviation = Math.sqrt((variance[channel] ?? 0) + eps);
    // ncnn does the same where there is no deviation at all.
    return value / (deviation === 0 ? 0.0001 : deviation);
  });
  return { scale, shift: bias.map((value, channel) => value - (mean[channel] ?? 0) * (scale[channel] ?? 0)) };
}
