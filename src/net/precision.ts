import { halfToNumber, numbersToHalves } from '../bytes/half.ts';
import type { Remedy } from '../diagnostics/advice.ts';
import { type Diagnostic, diagnostic, ncnnError } from '../diagnostics/diagnostic.ts';
import type { WeightSlot } from './layers/weightRule.ts';
import { weightSlots } from './layers/weights.ts';
import { type Layer, type Net, typeName } from './net.ts';
import { floatsOf, type Weight } from './weight.ts';

export interface HalvedNet {
  readonly net: Net;
  /** A warning for each layer that stays float32 because of what float16 would make of it. */
  readonly diagnostics: readonly Diagnostic[];
}

/** More of a weight may not be lost: the norm of the error, relative to that of the weight. */
const maxLoss = 1e-2;

/**
 * The net with its float32 weights stored as float16, rounded to nearest, where ncnn can tell them apart: in weights with a flag.
 * Biases, normalizations and MemoryData have none and stay as they are, as do the layers that are named, weights that are stored
 * otherwise already, and all of a layer in which a value leaves the range of float16 or a weight loses more than a hundredth.
 * Conversion happens when the weights are written, but all are looked at here.
 * Throws `NcnnError` (`name-unknown`) where no layer has one of the names.
 */
export function withHalfWeights(net: Net, keep: readonly string[] = []): HalvedNet {
  const names = new Set(net.layers.map((layer) => layer.name));
  const unknown = keep.filter((name) => !names.has(name));
  if (unknown.length > 0) {
    throw ncnnError(
      'name-unknown',
      `no layer has the name ${unknown.map((name) => `"${name}"`).join(', ')}`,
      'Take the names from the .param; a fused layer has that of its first part.',
    );
  }
  const kept = new Set(keep);
  const diagnostics: Diagnostic[] = [];
  const layers = net.layers.map((layer): Layer => {
    const slots = kept.has(layer.name) ? [] : (weightSlots(layer) ?? []);
    const candidates = layer.weights.map((weight, index) => canBeHalved(weight, slots[index]));
    if (!candidates.includes(true)) return layer;
    const faults = layer.weights.flatMap((weight, index) => {
      const fault = candidates[index] ? faultOf(floatsOf(weight)) : undefined;
      return fault === undefined ? [] : [`${slots[index]?.name} ${fault}`];
    });
    if (faults.length > 0) {
      const message = `the weights stay float32: ${faults.join('; ')}`;
      const remedy: Remedy = {
        hint: 'Keep the layer in float32 to silence this.',
        advice: [{ option: 'fp32Layers', layers: [layer.name] }],
      };
      diagnostics.push(diagnostic('precision-loss', message, remedy, { node: layer.name, operator: typeName(layer) }));
      return layer;
    }
    return { ...layer, weights: layer.weights.map((weight, index) => (candidates[index] ? halved(weight) : weight)) };
  });
  return { net: { ...net, layers }, diagnostics };
}

/** A flag of its own says how float32 values are to be taken, and would be lost. */
function canBeHalved(weight: Weight, slot: WeightSlot | undefined): boolean {
  return slot?.storage === 'tagged' && weight.storage === 'float32' && weight.flag === undefined;
}

/** From here on float16 rounds to infinity. */
const firstInfinite = 65520;

/** Below this, float16 has fixed steps, and rounds by at most half of one. */
const firstNormal = 2 ** -14;
const maxRounding = 2 ** -25;
/** From there on it rounds by at most so much of a value. */
const maxRelativeRounding = 2 ** -11;

/** What speaks against float16. Infinity and NaN count as too large. Norms are summed in float64. */
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
  if (!(largest < firstInfinite)) return `has ${largest}, but float16 ends at 65504`;
  if (norm === 0) return undefined;
  // Rounding is only looked at where it could be too much: few weights have so many small values.
  if (maxRelativeRounding ** 2 + (small * maxRounding ** 2) / norm <= maxLoss ** 2) return undefined;
  const loss = Math.sqrt(roundingError(values) / norm);
  return loss > maxLoss
    ? `would lose ${(loss * 100).toPrecision(2)} % in float16, which is too coarse for values up to ${largest.toPrecision(2)}`
    : undefined;
}

/** The sum of the squares of what rounding to float16 changes. */
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
