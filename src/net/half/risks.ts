import { producersOf } from '../deadCode.ts';
import { binaryCodes, reductionCodes, unaryCodes } from '../layers/codes.ts';
import { recordOf } from '../layers/layerTypes.ts';
import { paramOf } from '../layers/params.ts';
import { blobSize, type Layer, type LayerType, type Net } from '../net.ts';
import { floatsOf } from '../weight.ts';
import { halfModeOf } from './masks.ts';

/** A layer whose values may exceed the range of fp16, as the net alone tells. */
export interface HalfRisk {
  readonly layer: Layer;
  readonly reason: string;
}

/** Sums of fewer elements are rarely larger than 65504. */
const manyElements = 4096;

/** Products with smaller factors are rarely larger than 65504. */
const largeFactor = 4096;

/** Smaller positive values are 0 in fp16. */
const smallestRounded = 2 ** -25;

/**
 * Layers that often overflow in fp16: squares of values that no layer has normalized or limited since the input, as of spectra; sums of many
 * elements; large constant factors; products of attention that are scaled only after they are computed; and logarithms or reciprocals of
 * values whose only lower bound is 0 in fp16. Layers that a mask keeps in fp32 are left out.
 */
export function halfRisks(net: Net): readonly HalfRisk[] {
  const producers = producersOf(net.layers);
  const readers = new Map<string, Layer[]>();
  for (const layer of net.layers) for (const bottom of layer.bottoms) readers.set(bottom, [...(readers.get(bottom) ?? []), layer]);
  return net.layers.flatMap((layer) => {
    const reason = halfModeOf(layer) === 'none' ? undefined : reasonOf(layer, net, producers, readers);
    return reason === undefined ? [] : [{ layer, reason }];
  });
}

function reasonOf(
  layer: Layer,
  { shapes }: Net,
  producers: ReadonlyMap<string, Layer>,
  readers: ReadonlyMap<string, readonly Layer[]>,
): string | undefined {
  if (isSquare(layer) && isLinear(layer.bottoms[0], producers)) return 'squares values of an unlimited range';
  const count = blobSize(shapes.get(layer.bottoms[0] ?? '') ?? []);
  const results = blobSize(shapes.get(layer.tops[0] ?? '') ?? []);
  if (isSum(layer) && count !== undefined && results !== undefined && count / results >= manyElements) {
    return `adds ${count / results} elements`;
  }
  const factor = largestFactor(layer);
  if (factor >= largeFactor) return `multiplies by ${Math.round(factor)}`;
  if (isUnboundedAtZero(layer)) {
    const bound = lowerBound(producers.get(layer.bottoms[0] ?? ''));
    if (bound !== undefined && bound > 0 && bound < smallestRounded)
      return `reads values above ${Number(bound.toPrecision(3))}, which fp16 rounds to 0`;
  }
  return isScaledLater(layer, readers) ? 'multiplies queries and keys before they are scaled' : undefined;
}

/** The largest magnitude of the constant factors of a layer that only multiplies and adds constants; 0 for others. */
function largestFactor(layer: Layer): number {
  if (layer.type === 'BinaryOp' && paramOf(layer, 'with_scalar') !== 0) {
    const [code, scalar] = [paramOf(layer, 'op_type'), Math.abs(paramOf(layer, 'b'))];
    return code === binaryCodes.MUL.code ? scalar : code === binaryCodes.DIV.code ? 1 / scalar : 0;
  }
  if (layer.type === 'Power') return paramOf(layer, 'power') === 1 ? Math.abs(paramOf(layer, 'scale')) : 0;
  if (layer.type !== 'BatchNorm') return 0;
  const [slopes, , variances] = layer.weights.map((weight) => (weight.storage === 'float32' ? floatsOf(weight) : new Float32Array()));
  const epsilon = paramOf(layer, 'eps');
  let largest = 0;
  slopes?.forEach((slope, channel) => {
    largest = Math.max(largest, Math.abs(slope) / Math.sqrt((variances?.[channel] ?? 1) + epsilon));
  });
  return Number.isFinite(largest) ? largest : 0;
}

/** Whether the result is infinite for 0. */
function isUnboundedAtZero(layer: Layer): boolean {
  const { LOG, LOG10, RSQRT, RECIPROCAL } = unaryCodes;
  return layer.type === 'UnaryOp' && [LOG, LOG10, RSQRT, RECIPROCAL].some(({ code }) => code === paramOf(layer, 'op_type'));
}

/** The constant that a layer adds, or below which its results never are; `undefined` for other layers. */
function lowerBound(layer: Layer | undefined): number | undefined {
  if (layer?.type === 'Clip') return paramOf(layer, 'min');
  if (layer?.type !== 'BinaryOp' || paramOf(layer, 'with_scalar') === 0) return undefined;
  const code = paramOf(layer, 'op_type');
  return code === binaryCodes.ADD.code || code === binaryCodes.MAX.code ? paramOf(layer, 'b') : undefined;
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
  if (layer.type !== 'MatMul' || halfModeOf(layer) !== 'arithmetic') return false;
  const [scale, ...others] = readers.get(layer.tops[0] ?? '') ?? [];
  if (scale?.type !== 'BinaryOp' || others.length > 0 || paramOf(scale, 'with_scalar') === 0) return false;
  const [factor, code] = [paramOf(scale, 'b'), paramOf(scale, 'op_type')];
  const isSmaller = (code === binaryCodes.MUL.code && Math.abs(factor) < 1) || (code === binaryCodes.DIV.code && Math.abs(factor) > 1);
  return isSmaller && (readers.get(scale.tops[0] ?? '') ?? []).some(({ type }) => type === 'Softmax');
}
