import type { Target } from '../../../options/target.ts';
import { paramOf } from '../../layers/params.ts';
import type { Layer } from '../../net.ts';
import { hasType } from '../editor.ts';

/**
 * Nanoseconds that the 2-D form of a layer saves per multiply-add; negative if the 2-D form is slower. Measured with ncnn 1.0.20261020, one
 * thread and default options, over 3 to 512 channels, kernels of 1 to 31 and 32 to 16000 columns; docs/forms.md lists some of the shapes.
 * The values for ARM are derived from the ratio of both forms under emulation: `Convolution1D` has an ARM implementation, `Deconvolution1D`
 * has no optimized one for any processor.
 */
interface Gains {
  readonly convolution: number;
  /** If the channels can be packed by 4. */
  readonly depthwise: number;
  /** If they cannot. */
  readonly unpackedDepthwise: number;
  readonly deconvolution: number;
}

const x86: Gains = { convolution: 0.02, depthwise: 0.3, unpackedDepthwise: -2.5, deconvolution: 0.25 };
const arm: Gains = { convolution: -0.01, depthwise: -0.3, unpackedDepthwise: -2.5, deconvolution: 0.25 };
const gains: Readonly<Record<Target, Gains>> = { any: x86, wasm: x86, x86, arm };

/** With fewer multiply-adds per element of the result, a 2-D convolution saves nothing. */
const leastMultiplyAdds = 60;

/** The nanoseconds that a layer saves on planes, for blobs with the given numbers of columns. */
export function gainOnPlanes(layer: Layer, columnsOf: (blob: string | undefined) => number, target: Target): number {
  const { convolution, depthwise, unpackedDepthwise, deconvolution } = gains[target];
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
