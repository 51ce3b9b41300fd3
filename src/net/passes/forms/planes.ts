import { paramOf } from '../../layers/params.ts';
import { type BlobShape, type Layer, type LayerType, makeLayer } from '../../net.ts';
import { changed, hasOwnWeights } from '../analysis/linear.ts';
import { hasType, type LayerAmong } from '../editor.ts';

/** Layers that compute each element or channel independently, so that they compute the same on `[c, 1, w]` as on `[c, w]`. */
const channelwise = [
  'AbsVal',
  'BatchNorm',
  'Bias',
  'BNLL',
  'CELU',
  'Clip',
  'Dropout',
  'ELU',
  'GELU',
  'HardSigmoid',
  'HardSwish',
  'Mish',
  'PReLU',
  'Power',
  'ReLU',
  'SELU',
  'Scale',
  'Sigmoid',
  'Softplus',
  'Swish',
  'TanH',
  'Threshold',
  'UnaryOp',
] as const satisfies readonly LayerType[];

/** Layers with several inputs, which must have equal shapes to move to planes. */
const elementwise = ['BinaryOp', 'Eltwise'] as const satisfies readonly LayerType[];

/** Layers over one axis that have a 2-D counterpart. */
export const planeTypes: readonly ['Convolution1D', 'ConvolutionDepthWise1D', 'Deconvolution1D', 'DeconvolutionDepthWise1D', 'Pooling1D'] =
  ['Convolution1D', 'ConvolutionDepthWise1D', 'Deconvolution1D', 'DeconvolutionDepthWise1D', 'Pooling1D'];

type PlaneType = (typeof planeTypes)[number];

/**
 * The layer that computes on `[c, 1, w]` what the given layer computes on `[c, w]`, with the same bottoms and tops; `undefined` if there is
 * none.
 */
export function onPlanes(layer: Layer, shapeOf: (blob: string) => BlobShape | undefined): Layer | undefined {
  const shapes = [...layer.bottoms, ...layer.tops].map(shapeOf);
  if (!shapes.every((shape) => shape?.length === 2)) return undefined;
  if (hasType(layer, planeTypes)) return windowOnPlanes(layer);
  if (hasType(layer, ['Concat', 'Slice'])) return alongAxis(layer);
  if (hasType(layer, elementwise)) return new Set(shapes.map(String)).size === 1 ? layer : undefined;
  return hasType(layer, channelwise) && layer.bottoms.length === 1 ? layer : undefined;
}

/** The 2-D layer whose windows have one row. */
function windowOnPlanes(layer: LayerAmong<PlaneType>): Layer | undefined {
  const { name, bottoms, tops, weights } = layer;
  if (hasType(layer, ['Pooling1D'])) {
    // These have other output shapes.
    if (paramOf(layer, 'global_pooling') !== 0 || paramOf(layer, 'adaptive_pooling') !== 0) return undefined;
    const row = { pad_right: paramOf(layer, 'pad_right'), kernel_h: 1, stride_h: 1, pad_top: 0, pad_bottom: 0 };
    return makeLayer('Pooling', name, bottoms, tops, { ...layer.params, ...row });
  }
  if (!hasOwnWeights(layer)) return undefined;
  // Automatic padding (-233, -234) must be set on all sides; ncnn computes 0 for the one row.
  const pad = Math.min(paramOf(layer, 'pad_left'), 0);
  const row = { pad_right: paramOf(layer, 'pad_right'), kernel_h: 1, dilation_h: 1, stride_h: 1, pad_top: pad, pad_bottom: pad };
  if (hasType(layer, ['Convolution1D'])) return makeLayer('Convolution', name, bottoms, tops, { ...layer.params, ...row }, weights);
  if (hasType(layer, ['ConvolutionDepthWise1D'])) {
    return makeLayer('ConvolutionDepthWise', name, bottoms, tops, { ...layer.params, ...row }, weights);
  }
  const size = { output_pad_bottom: 0, output_h: paramOf(layer, 'output_w') > 0 ? 1 : 0 };
  return hasType(layer, ['Deconvolution1D'])
    ? makeLayer('Deconvolution', name, bottoms, tops, { ...layer.params, ...row, ...size }, weights)
    : makeLayer('DeconvolutionDepthWise', name, bottoms, tops, { ...layer.params, ...row, ...size }, weights);
}

/** Axis 1 of `[c, w]` is axis 2 of `[c, 1, w]`. */
function alongAxis(layer: LayerAmong<'Concat' | 'Slice'>): Layer {
  const axis = paramOf(layer, 'axis');
  return changed(layer, { axis: axis === 0 || axis === -2 ? 0 : 2 }, layer.weights);
}
