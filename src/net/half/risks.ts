import { producersOf } from '../deadCode.ts';
import { binaryCodes, reductionCodes, unaryCodes } from '../layers/codes.ts';
import { recordOf } from '../layers/layerTypes.ts';
import { paramOf } from '../layers/params.ts';
import { blobSize, type Layer, type LayerType, type Net } from '../net.ts';

/** A layer whose values may exceed the range of fp16, as the net alone tells. */
export interface HalfRisk {
  readonly layer: Layer;
  readonly reason: string;
}

/** Sums of fewer elements are rarely larger than 65504. */
const manyElements = 4096;

/**
 * Layers that often overflow in fp16: squares of values that no layer has normalized or limited since the input, as of spectra; sums of many
 * elements; and products of attention that are scaled only after they are computed. Masked layers are left out.
 */
export function halfRisks({ layers, shapes }: Net): readonly HalfRisk[] {
  const producers = producersOf(layers);
  const readers = new Map<string, Layer[]>();
  for (const layer of layers) for (const bottom of layer.bottoms) readers.set(bottom, [...(readers.get(bottom) ?? []), layer]);
  return layers.flatMap((layer) => {
    if (isSquare(layer) && isLinear(layer.bottoms[0], producers)) return [{ layer, reason: 'squares values of an unlimited range' }];
    const count = blobSize(shapes.get(layer.bottoms[0] ?? '') ?? []);
    const results = blobSize(shapes.get(layer.tops[0] ?? '') ?? []);
    if (isSum(layer) && count !== undefined && results !== undefined && count / results >= manyElements) {
      return [{ layer, reason: `adds ${count / results} elements` }];
    }
    return isScaledLater(layer, readers) ? [{ layer, reason: 'multiplies queries and keys before they are scaled' }] : [];
  });
}

function isSquare(layer: Layer): boolean {
  if (layer.type === 'UnaryOp') return paramOf(layer, 'op_type') === unaryCodes.SQUARE.code;
  if (layer.type === 'Power') return paramOf(layer, 'power') === 2;
  return layer.type === 'BinaryOp' && paramOf(layer, 'op_type') === binaryCodes.MUL.code && layer.bottoms[0] === layer.bottoms[1];
}

function isSum(layer: Layer): boolean {
  const { SUM, ASUM, SUMSQ, L1, L2 } = reductionCodes;
  return layer.type === 'Reduction' && [SUM, ASUM, SUMSQ, L1, L2].some(({ code }) => code === paramOf(layer, 'operation'));
}

/** Layers that keep sums of their inputs as they are. */
const linearTypes: ReadonlySet<LayerType> = new Set<LayerType>([
  ...(['Convolution', 'Convolution1D', 'ConvolutionDepthWise', 'ConvolutionDepthWise1D', 'InnerProduct'] as const),
  ...(['Gemm', 'Padding', 'Reduction', 'Power', 'Scale', 'Permute'] as const),
]);

/** Whether a blob depends on an input of the net by linear layers only. */
function isLinear(blob: string | undefined, producers: ReadonlyMap<string, Layer>): boolean {
  for (let layer = producers.get(blob ?? ''); layer !== undefined; layer = producers.get(layer.bottoms[0] ?? '')) {
    if (layer.type === 'Input') return true;
    const isActive = layer.type !== 'Custom' && 'activation_type' in layer.params && layer.params.activation_type !== 0;
    const isKept = layer.type !== 'Custom' && (linearTypes.has(layer.type) || recordOf(layer)?.half === 'moved');
    if (!isKept || isActive) return false;
  }
  return false;
}

/** Whether all that reads a product is a factor before a Softmax. */
function isScaledLater(layer: Layer, readers: ReadonlyMap<string, readonly Layer[]>): boolean {
  if (layer.type !== 'MatMul') return false;
  const [scale, ...others] = readers.get(layer.tops[0] ?? '') ?? [];
  if (scale?.type !== 'BinaryOp' || others.length > 0 || paramOf(scale, 'with_scalar') === 0) return false;
  const [factor, code] = [paramOf(scale, 'b'), paramOf(scale, 'op_type')];
  const isSmaller = (code === binaryCodes.MUL.code && Math.abs(factor) < 1) || (code === binaryCodes.DIV.code && Math.abs(factor) > 1);
  return isSmaller && (readers.get(scale.tops[0] ?? '') ?? []).some(({ type }) => type === 'Softmax');
}
