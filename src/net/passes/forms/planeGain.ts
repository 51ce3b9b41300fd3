import { paramOf } from '../../layers/params.ts';
import type { Layer } from '../../net.ts';
import { hasType } from '../editor.ts';

/**
 * Nanoseconds that the 2-D form of a layer saves per multiply-add; negative if the 2-D form is slower. Measured with ncnn 1.0.20261020 on
 * x86, one thread and default options, over 3 to 512 channels, kernels of 1 to 31 and 32 to 16000 columns; docs/forms.md lists some of the
 * shapes.
 *
 * ARM agrees: between Reshapes, the 2-D forms run 0.27 to 0.65 times the instructions of a Convolution1D of 30 channels or more, 0.35 to 0.75
 * times those of a ConvolutionDepthWise1D, 1.2 to 1.9 times if its channels cannot be packed, and 0.06 to 0.08 times those of a
 * Deconvolution1D, in fp32 and in fp16.
 */
const gains = {
  convolution: 0.02,
  /** If the channels can be packed by 4. */
  depthwise: 0.3,
  /** If they cannot. */
  unpackedDepthwise: -2.5,
  deconvolution: 0.25,
} as const;

/** With fewer multiply-adds per element of the result, a 2-D convolution saves nothing. */
const leastMultiplyAdds = 60;

/** The nanoseconds that a layer saves on planes, for blobs with the given numbers of columns. */
export function gainOnPlanes(layer: Layer, columnsOf: (blob: string | undefined) => number): number {
  const { convolution, depthwise, unpackedDepthwise, deconvolution } = gains;
  const size = layer.weights[0]?.length ?? 0;
  const [bottom, top] = [columnsOf(layer.bottoms[0]), columnsOf(layer.tops[0])];
  if (hasType(layer, ['Convolution1D'])) return convolution * top * (size - leastMultiplyAdds * paramOf(layer, 'num_output'));
  if (hasType(layer, ['ConvolutionDepthWise1D'])) {
    return top * size * (paramOf(layer, 'num_output') % 4 === 0 ? depthwise : unpackedDepthwise);
  }
  if (hasType(layer, ['Deconvolution1D', 'DeconvolutionDepthWise1D'])) return deconvolution * bottom * size;
  return 0;
}

/** The nanoseconds per element of a Reshape between `[c, w]` and `[c, 1, w]`. */
export const reshapeCost = 0.45;
