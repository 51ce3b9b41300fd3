import { halfToNumber, numbersToHalves } from '../bytes/half.ts';
import type { Remedy } from '../diagnostics/advice.ts';
import { type Diagnostic, diagnostic, ncnnError } from '../diagnostics/diagnostic.ts';
import type { WeightSlot } from './layers/weightRule.ts';
import { weightSlots } from './layers/weights.ts';
import { type Layer, type Net, typeName } from './net.ts';
import { floatsOf, type Weight, weightOf } from './weight.ts';

export interface HalvedNet {
  readonly net: Net;
  /** A warning for each layer that stays in float32 because of the loss in float16. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Limit on the loss of a weight: the norm of the error relative to the norm of the weight. */
const maxLoss = 1e-2;

/**
 * The net with its float32 weights stored as float16, rounded to nearest. Only weights with a flag can be stored as float16, because ncnn
 * has to recognize the element type. Everything else stays as it is: biases, normalizations and MemoryData, which have no flag; the layers
 * in `keep`; weights that are not float32; and all weights of a layer in which a value exceeds the range of float16 or a weight loses more
 * than a hundredth. The weights are all checked here but converted when they are written. Throws `NcnnError` (`name-unknown`) if no layer
 * has one of the names.
 */
export function withHalfWeights(net: Net, keep: readonly string[] = []): HalvedNet {
  const names = new Set(net.layers.map((layer) => layer.name));
  const unknown = keep.filter((name) => !names.has(name));
  if (unknown.length > 0) {
    throw ncnnError(
      'name-unknown',
      `no layer has the name ${unknown.map((name) => `"${name}"`).join(', ')}`,
      'Use the layer names in the .param; a fused layer has the name of its first part.',
    );
  }
  const excluded = new Set(keep);
  const diagnostics: Diagnostic[] = [];
  const layers = net.layers.map((layer): Layer => {
    if (excluded.has(layer.name)) return layer;
    const { candidates, faults } = halvableWeights(layer);
    if (!candidates.includes(true)) return layer;
    if (faults.length > 0) {
      const message = `the weights remain float32: ${faults.join('; ')}`;
      const remedy: Remedy = {
        hint: 'Keep the layer in float32 to remove this warning.',
        advice: [{ option: 'fp32Layers', layers: [layer.name] }],
      };
      diagnostics.push(diagnostic('precision-loss', message, remedy, { node: layer.name, operator: typeName(layer) }));
      return layer;
    }
    return { ...layer, weights: layer.weights.map((weight, index) => (candidates[index] ? halved(weight) : weight)) };
  });
  return { net: { ...net, layers }, diagnostics };
}

/** The layer with the values of its weights after {@link withHalfWeights}, stored as float32; `undefined` if that keeps all of them. */
export function withRoundedWeights(layer: Layer): Layer | undefined {
  const { candidates, faults } = halvableWeights(layer);
  if (!candidates.includes(true) || faults.length > 0) return undefined;
  const rounded = (weight: Weight): Weight => weightOf(Float32Array.from(numbersToHalves(floatsOf(weight)), halfToNumber));
  return { ...layer, weights: layer.weights.map((weight, index) => (candidates[index] ? rounded(weight) : weight)) };
}

/** Which weights of a layer can be stored as float16, and why they should not be. */
function halvableWeights(layer: Layer): { readonly candidates: readonly boolean[]; readonly faults: readonly string[] } {
  const slots = weightSlots(layer) ?? [];
  const candidates = layer.weights.map((weight, index) => canBeHalved(weight, slots[index]));
  const faults = layer.weights.flatMap((weight, index) => {
    const fault = candidates[index] ? faultOf(floatsOf(weight)) : undefined;
    return fault === undefined ? [] : [`${slots[index]?.name} ${fault}`];
  });
  return { candidates, faults };
}

/** A weight with an explicit flag would lose the meaning of its flag. */
function canBeHalved(weight: Weight, slot: WeightSlot | undefined): boolean {
  return slot?.storage === 'tagged' && weight.storage === 'float32' && weight.flag === undefined;
}

/** Values from here on round to infinity in float16. */
const firstInfinite = 65520;

/** Smaller values have a fixed step in float16 and round by at most half a step. */
const firstNormal = 2 ** -14;
const maxRounding = 2 ** -25;
/** Larger values round by at most this fraction of the value. */
const maxRelativeRounding = 2 ** -11;

/** Describes why values cannot be stored as float16. Infinities and NaN count as too large. Norms are summed in float64. */
function faultOf(values: Float32Array): string | undefined {
  let largest = 0;
  let norm = 0;
  let small = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0;
    const magnitude = Math.abs(value);
    if (!(magnitude <= largest)) largest = magnitude;
    if (magnitude < firstNormal) small++;
    norm += value * value;
  }
  if (!(largest < firstInfinite)) return `has ${largest}; the largest float16 value is 65504`;
  if (norm === 0) return undefined;
  // Compute the rounding error only if its upper bound exceeds the limit: few weights have that many small values.
  if (maxRelativeRounding ** 2 + (small * maxRounding ** 2) / norm <= maxLoss ** 2) return undefined;
  const loss = Math.sqrt(roundingError(values) / norm);
  return loss > maxLoss
    ? `would lose ${(loss * 100).toPrecision(2)} % in float16, which is too coarse for values up to ${largest.toPrecision(2)}`
    : undefined;
}

/** The sum of the squared rounding errors of a conversion to float16. */
function roundingError(values: Float32Array): number {
  let error = 0;
  numbersToHalves(values).forEach((bits, index) => {
    error += ((values[index] ?? 0) - halfToNumber(bits)) ** 2;
  });
  return error;
}

function halved(weight: Weight): Weight {
  return {
    length: weight.length,
    storage: 'float16',
    read: () => new Uint8Array(numbersToHalves(floatsOf(weight)).buffer),
  };
}
