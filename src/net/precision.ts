import { numberToHalf } from '../bytes/half.ts';
import { type Diagnostic, diagnostic, ncnnError } from '../diagnostics.ts';
import { weightSlots } from './layers/weights.ts';
import { type Layer, type Net, typeName } from './net.ts';
import { floatsOf, type Weight } from './weight.ts';

export interface HalvedNet {
  readonly net: Net;
  /** A warning for each layer that stays float32 because a value does not fit. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The net with its float32 weights stored as float16, rounded to nearest, where ncnn can tell them apart: in weights with a flag.
 * Biases, normalisations and MemoryData have none and stay as they are, as do the layers that are named and weights with values
 * beyond the range of float16. Conversion happens when the weights are written, but all are looked at here.
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
    const slots = kept.has(layer.name) ? undefined : weightSlots(layer);
    if (!slots?.some((slot) => slot.storage === 'tagged')) return layer;
    const weights = layer.weights.map((weight, index) => {
      if (slots[index]?.storage !== 'tagged' || weight.storage !== 'float32') return weight;
      const largest = largestMagnitude(floatsOf(weight));
      if (largest < firstInfinite) return halved(weight);
      const message = `${slots[index]?.name} stays float32: float16 ends at 65504, but it has ${largest}`;
      diagnostics.push(diagnostic('precision-loss', message, hint, { node: layer.name, operator: typeName(layer) }));
      return weight;
    });
    return { ...layer, weights };
  });
  return { net: { ...net, layers }, diagnostics };
}

const hint = 'Name the layer in `fp32Layers` to silence this.';

/** From here on float16 rounds to infinity. */
const firstInfinite = 65520;

/** Infinity and NaN count as too large. */
function largestMagnitude(values: Float32Array): number {
  let largest = 0;
  for (let index = 0; index < values.length; index++) {
    const magnitude = Math.abs(values[index] ?? 0);
    if (!(magnitude <= largest)) largest = magnitude;
    if (Number.isNaN(largest)) return Number.POSITIVE_INFINITY;
  }
  return largest;
}

function halved(weight: Weight): Weight {
  return {
    length: weight.length,
    storage: 'float16',
    read: () => {
      const values = floatsOf(weight);
      const words = new Uint16Array(values.length);
      for (let index = 0; index < words.length; index++) words[index] = numberToHalf(values[index] ?? 0);
      return new Uint8Array(words.buffer);
    },
  };
}
