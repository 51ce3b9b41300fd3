import type { Layer } from '../net.ts';
import type { Weight } from '../weight.ts';
import type { Pass } from './pass.ts';

export const shareSubexpressions: Pass = {
  name: 'share_subexpressions',
  description: 'Merges layers of the same type, inputs, parameters and weights into one.',
  run: (editor) => {
    let times = 0;
    const known = new Map<string, DistinctLayers>();
    for (const layer of editor.allLayers()) {
      if (layer.type === 'Custom' || layer.type === 'Input' || layer.tops.length === 0) continue;
      const key = keyOf(layer);
      const distinct = known.get(key) ?? new DistinctLayers();
      known.set(key, distinct);
      const original = distinct.addOrFind(layer);
      if (original === undefined || layer.tops.some((top) => editor.isOutput(top))) continue;
      if (original.tops.some((top) => editor.isKept(top))) continue;
      editor.replaceWith(layer, original);
      times++;
    }
    return times;
  },
};

/** Everything that distinguishes layers, except the weights. */
function keyOf(layer: Exclude<Layer, { type: 'Custom' }>): string {
  const params = Object.entries(layer.params).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([layer.type, layer.bottoms, layer.tops.length, params, layer.rawParams ?? []]);
}

/** Larger weights are compared by object identity only: comparing their bytes would cost more than sharing saves. */
const maxBytes = 1 << 16;

/** The layers with one key, each with different weights. */
class DistinctLayers {
  #first: Layer | undefined;
  /** By the hash of the weights, which is only computed once there are two layers. */
  readonly #byHash = new Map<number, Layer[]>();

  /** Returns the earlier layer with the same weights; adds the layer if there is none. */
  addOrFind(layer: Layer): Layer | undefined {
    if (this.#first === undefined) {
      this.#first = layer;
      return undefined;
    }
    if (layer.weights.length === 0 && this.#first.weights.length === 0) return this.#first;
    if (this.#byHash.size === 0) this.#byHash.set(hashOf(this.#first), [this.#first]);
    const hash = hashOf(layer);
    const layers = this.#byHash.get(hash) ?? [];
    const found = layers.find((other) => haveSameWeights(layer, other));
    if (found !== undefined) return found;
    layers.push(layer);
    this.#byHash.set(hash, layers);
    return undefined;
  }
}

function haveSameWeights(one: Layer, other: Layer): boolean {
  return one.weights.length === other.weights.length && one.weights.every((weight, index) => isSame(weight, other.weights[index]));
}

function isSame(one: Weight, other: Weight | undefined): boolean {
  if (one === other) return true;
  if (other === undefined || one.length !== other.length || one.storage !== other.storage || one.flag !== other.flag) return false;
  if (isLarge(one)) return false;
  const [left, right] = [one.read(), other.read()];
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

function isLarge(weight: Weight): boolean {
  return weight.length * 4 > maxBytes;
}

/** FNV-1a over the bytes of the weights; for large weights, over the number of elements. */
function hashOf({ weights }: Layer): number {
  let hash = 0x811c9dc5;
  for (const weight of weights) {
    hash = Math.imul(hash ^ weight.length, 0x01000193);
    if (isLarge(weight)) continue;
    for (const byte of weight.read()) hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash;
}
