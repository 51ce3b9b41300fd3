import { paramOf } from '../../layers/params.ts';
import { type BlobShape, type Layer, type LayerType, makeLayer } from '../../net.ts';
import { changed, hasOwnWeights } from '../analysis/linear.ts';
import { hasType, type LayerAmong } from '../editor.ts';

/** Layers that compute each element or each channel by itself, so that they do the same on `[c, 1, w]` as on `[c, w]`. */
const channelwise = [
  ...(['AbsVal', 'BatchNorm', 'Bias', 'BNLL', 'CELU', 'Clip', 'Dropout', 'ELU', 'GELU', 'HardSigmoid', 'HardSwish', 'Mish'] as const),
  ...(['PReLU', 'Power', 'ReLU', 'SELU', 'Scale', 'Sigmoid', 'Softplus', 'Swish', 'TanH', 'Threshold', 'UnaryOp'] as const),
] satisfies readonly LayerType[];

/** Layers of several blobs, which are equal in shape where they are moved to planes. */
const elementwise = ['BinaryOp', 'Eltwise'] as const satisfies readonly LayerType[];

/**
 * The layer that computes over blobs `[c, 1, w]` what a layer computes over `[c, w]`; `undefined` where there is none. Its bottoms and tops
 * keep their names.
 */
export function onPlanes(layer: Layer, shapeOf: (blob: string) => BlobShape | undefined): Layer | undefined {
  const shapes = [...layer.bottoms, ...layer.tops].map(shapeOf);
  if (!shapes.every((shape) => shape?.length === 2)) return undefined;
  if (hasType(layer, ['Convolution1D', 'ConvolutionDepthWise1D'])) return convolutionOnPlanes(layer);
  if (hasType(layer, ['Concat', 'Slice'])) return alongAxis(layer);
  if (hasType(layer, elementwise)) return new Set(shapes.map(String)).size === 1 ? layer : undefined;
  return hasType(layer, channelwise) && layer.bottoms.length === 1 ? layer : undefined;
}

/** The 2-D layer with kernels of one row. Pads that are worked out (-233, -234) must be asked for on all sides; they come out as 0 for one row. */
function convolutionOnPlanes(layer: LayerAmong<'Convolution1D' | 'ConvolutionDepthWise1D'>): Layer | undefined {
  if (!hasOwnWeights(layer)) return undefined;
  const pad = Math.min(paramOf(layer, 'pad_left'), 0);
  const row = { pad_right: paramOf(layer, 'pad_right'), kernel_h: 1, dilation_h: 1, stride_h: 1, pad_top: pad, pad_bottom: pad };
  const { name, bottoms, tops, weights } = layer;
  return layer.type === 'Convolution1D'
    ? makeLayer('Convolution', name, bottoms, tops, { ...layer.params, ...row }, weights)
    : makeLayer('ConvolutionDepthWise', name, bottoms, tops, { ...layer.params, ...row }, weights);
}

/** Axis 1 of `[c, w]` is axis 2 of `[c, 1, w]`. */
function alongAxis(layer: LayerAmong<'Concat' | 'Slice'>): Layer {
  const axis = paramOf(layer, 'axis');
  return changed(layer, { axis: axis === 0 || axis === -2 ? 0 : 2 }, layer.weights);
}

/**
 * The nanoseconds that a layer gains on planes, negative where it loses, for a top of a number of columns. Measured on x86 (one thread, default options)
 * over 3 to 512 channels, kernels of 1 to 31 and 63 to 1500 columns: `Convolution` gains 0.02 ns a multiply-add from about 60
 * multiply-adds an element on; `ConvolutionDepthWise` gains 0.3 ns where its channels can be packed by 4 and loses 2.5 ns where not.
 */
export function gainOnPlanes(layer: Layer, columns: number): number {
  if (hasType(layer, ['Convolution1D'])) {
    const outputs = paramOf(layer, 'num_output');
    return 0.02 * columns * outputs * ((layer.weights[0]?.length ?? 0) / outputs - 60);
  }
  if (!hasType(layer, ['ConvolutionDepthWise1D'])) return 0;
  const multiplyAdds = columns * (layer.weights[0]?.length ?? 0);
  return multiplyAdds * (paramOf(layer, 'num_output') % 4 === 0 ? 0.3 : -2.5);
}

/** The nanoseconds that a Reshape between `[c, w]` and `[c, 1, w]` takes for an element, measured likewise. */
export const reshapeCost = 0.45;
