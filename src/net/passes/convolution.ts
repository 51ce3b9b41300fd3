import { activationCodes } from '../layers/codes.ts';
import { paramFacts, paramOf, paramValue } from '../layers/params.ts';
import type { Layer } from '../net.ts';
import { computedWeight } from '../weight.ts';
import { copyOfFloats, doublesOf, isFloatWeight } from './doubles.ts';
import type { LayerAmong } from './editor.ts';

/** Layers whose weights are a kernel for each output channel, one after the other, and perhaps a bias. */
export const convolutionTypes = [
  'Convolution',
  'Convolution1D',
  'Convolution3D',
  'ConvolutionDepthWise',
  'ConvolutionDepthWise1D',
  'ConvolutionDepthWise3D',
  'Deconvolution',
  'Deconvolution1D',
  'Deconvolution3D',
  'DeconvolutionDepthWise',
  'DeconvolutionDepthWise1D',
  'DeconvolutionDepthWise3D',
] as const;

export type ConvolutionType = (typeof convolutionTypes)[number];

/** Whether a convolution (or inner product) has float weights of its own and nothing behind them, so that they can be changed. */
export function isPlainConvolution(layer: LayerAmong<ConvolutionType | 'InnerProduct'>): boolean {
  const unset = (name: string): boolean => paramFacts(layer.type, name) === undefined || paramValue(layer.type, layer.params, name) === 0;
  return (
    paramOf(layer, 'activation_type') === activationCodes.NONE.code &&
    unset('int8_scale_term') &&
    unset('dynamic_weight') &&
    isFloatWeight(layer.weights[0])
  );
}

/**
 * The layer with each output channel multiplied and then shifted. Computed in double precision, and only when the
 * weights are written; `factors` is called then too.
 */
export function scaleAndShiftOutput(
  layer: LayerAmong<ConvolutionType | 'InnerProduct'>,
  factors: () => { readonly scale: Float64Array; readonly shift: Float64Array },
): Layer {
  const [weight, bias] = layer.weights;
  if (weight === undefined) throw new RangeError(`${layer.type} "${layer.name}" has no weight`);
  const channels = paramOf(layer, 'num_output');
  const scaled = computedWeight(weight.length, () => {
    const { scale } = factors();
    const size = weight.length / channels;
    const values = copyOfFloats(weight);
    for (let channel = 0; channel < channels; channel++) {
      const factor = scale[channel] ?? 1;
      for (let index = channel * size; index < (channel + 1) * size; index++) values[index] = (values[index] ?? 0) * factor;
    }
    return values;
  });
  const shifted = computedWeight(channels, () => {
    const { scale, shift } = factors();
    const before = bias === undefined ? new Float64Array(channels) : doublesOf(bias);
    return Float32Array.from(shift, (value, channel) => (before[channel] ?? 0) * (scale[channel] ?? 1) + value);
  });
  // The types of the union share the parameter, which TypeScript does not see through the spread.
  return { ...layer, params: { ...layer.params, bias_term: 1 }, weights: [scaled, shifted] } as Layer;
}
