import { activationCodes } from '../../layers/codes.ts';
import { numberParam, paramFacts, paramOf, paramValue } from '../../layers/params.ts';
import type { Layer, LayerType } from '../../net.ts';
import { computedWeight, floatsOf, fusedWeight, type Weight } from '../../weight.ts';
import type { LayerAmong, NetEditor } from '../editor.ts';
import type { Channelwise } from './affine.ts';
import { type ChannelPattern, entry, multiplyChannels } from './channels.ts';
import { copyOfFloats, float64Values, isFloatWeight } from './float64Values.ts';

const families = [
  { name: 'convolution', title: 'a Convolution', types: ['Convolution', 'Convolution1D', 'Convolution3D'] },
  {
    name: 'convolutiondepthwise',
    title: 'a ConvolutionDepthWise',
    types: ['ConvolutionDepthWise', 'ConvolutionDepthWise1D', 'ConvolutionDepthWise3D'],
  },
  { name: 'deconvolution', title: 'a Deconvolution', types: ['Deconvolution', 'Deconvolution1D', 'Deconvolution3D'] },
  {
    name: 'deconvolutiondepthwise',
    title: 'a DeconvolutionDepthWise',
    types: ['DeconvolutionDepthWise', 'DeconvolutionDepthWise1D', 'DeconvolutionDepthWise3D'],
  },
  { name: 'deformableconv2d', title: 'a DeformableConv2D', types: ['DeformableConv2D'] },
  { name: 'innerproduct', title: 'an InnerProduct', types: ['InnerProduct'] },
] as const;

/** Layers whose weights are one kernel per output channel, in sequence, and an optional bias. */
export type LinearType = (typeof families)[number]['types'][number];

/** Convolutions, depthwise or not, over one to three axes. */
export type ConvolutionType = (typeof families)[0 | 1]['types'][number];

export const convolutionTypes: readonly ConvolutionType[] = [...families[0].types, ...families[1].types];

/** Layer types that passes handle in the same way, under the name that the pass names contain. */
export interface LinearFamily {
  readonly name: string;
  /** The name with its article, for descriptions. */
  readonly title: string;
  readonly types: readonly LinearType[];
}

export const linearFamilies: readonly LinearFamily[] = families;

export const linearTypes: readonly LinearType[] = linearFamilies.flatMap(({ types }) => types);

/** Whether a layer stores its weights as floats, neither quantized nor read from a blob. */
export function hasOwnWeights(layer: LayerAmong<LinearType>): boolean {
  const unset = (name: string): boolean => paramFacts(layer.type, name) === undefined || paramValue(layer.type, layer.params, name) === 0;
  return unset('int8_scale_term') && unset('dynamic_weight') && isFloatWeight(layer.weights[0]);
}

/** Whether a layer stores float weights and has no fused activation, so that changing the weights changes its result linearly. */
export function isPlain(layer: LayerAmong<LinearType>): boolean {
  return hasOwnWeights(layer) && paramOf(layer, 'activation_type') === activationCodes.NONE.code;
}

/** The axis of the result that holds the output channels, counted from the front; `undefined` if it is not known. */
export function outputAxis(layer: LayerAmong<LinearType>, editor: NetEditor): number | undefined {
  if (layer.type !== 'InnerProduct') return 0;
  const shape = editor.shape(layer.tops[0]);
  return shape && shape.length - 1;
}

/** The weight with this index. Throws `RangeError` if the layer has none. */
export function weightIn(layer: Layer, index = 0): Weight {
  const weight = layer.weights[index];
  if (weight === undefined) throw new RangeError(`${layer.type} "${layer.name}" has no weight ${index}`);
  return weight;
}

/** The number of groups that a convolution splits its channels into. */
export function groupsOf(layer: LayerAmong<LinearType>): number {
  return paramFacts(layer.type, 'group') === undefined ? 1 : numberParam(layer.type, layer.params, 'group');
}

/** A layer of the same type with some parameters and weights changed. */
export function changed<L extends LayerAmong<LayerType>>(layer: L, params: object, weights: readonly Weight[]): L {
  // The type has these parameters, but TypeScript cannot infer that through the spread.
  return { ...layer, params: { ...layer.params, ...params }, weights } as L;
}

/**
 * The layer with each output channel multiplied and then shifted. The weights are computed in double precision, when they are written; the
 * factors are read only then.
 */
export function scaleAndShiftOutput(layer: LayerAmong<LinearType>, { scale, shift }: Channelwise): LayerAmong<LinearType> {
  const weight = weightIn(layer);
  const bias = layer.weights[1];
  const channels = paramOf(layer, 'num_output');
  const pattern = { inner: weight.length / channels, count: channels, repeats: 1 };
  const scaled = scale === undefined ? weight : multiplied(weight, scale, pattern);
  const hasBias = shift !== undefined || bias !== undefined;
  const shifted = fusedWeight(channels, [bias], () => {
    const [factors, summands] = [scale?.(), shift?.()];
    const before = bias === undefined ? new Float64Array(channels) : float64Values(bias);
    return before.map((value, channel) => value * entry(factors, channel, 1) + entry(summands, channel, 0));
  });
  return changed(layer, { bias_term: hasBias ? 1 : 0 }, hasBias ? [scaled, shifted] : [scaled]);
}

/** A weight with each element multiplied by the factor of its channel. */
export function multiplied(weight: Weight, scale: () => Float64Array, pattern: ChannelPattern): Weight {
  const multiply = <A extends Float32Array | Float64Array>(source: Float32Array | Float64Array, products: A): A => {
    multiplyChannels(source, scale(), pattern, products);
    return products;
  };
  const inPlace = <A extends Float32Array | Float64Array>(values: A): A => multiply(values, values);
  const fused = fusedWeight(weight.length, [weight], () => inPlace(float64Values(weight)));
  if (weight.doubles !== undefined) return fused;
  // Weights that were not computed before are rounded only once in this way, too. Kernels are large, so float32 is not copied first.
  const isView = weight.storage === 'float32' && weight.isFresh !== true;
  const rounded = (): Float32Array =>
    isView ? multiply(floatsOf(weight), new Float32Array(weight.length)) : inPlace(copyOfFloats(weight));
  return { ...fused, ...computedWeight(weight.length, rounded) };
}
