import { type Layer, typeName } from '../net.ts';
import type { Weight } from '../weight.ts';
import type { NetEditor } from './editor.ts';
import type { Pass } from './pass.ts';

/** Lets layers that compute the same of the same share one result. */
export const shareSubexpressions: Pass = {
  name: 'share_subexpressions',
  run: (editor) => {
    let times = 0;
    const known = new Map<string, Layer>();
    const weights = new WeightNumbers();
    for (const layer of editor.allLayers()) {
      if (layer.type === 'Custom' || layer.type === 'Input' || layer.tops.length === 0) continue;
      const key = JSON.stringify([
        typeName(layer),
        layer.bottoms,
        layer.tops.length,
        Object.entries(layer.params).sort(([a], [b]) => (a < b ? -1 : 1)),
        layer.rawParams ?? [],
        layer.weights.map((weight) => weights.numberOf(weight)),
      ]);
      const original = known.get(key);
      if (original === undefined) known.set(key, layer);
      else if (!layer.tops.some((top) => editor.isOutput(top)) && isThere(editor, original)) {
        editor.replaceWith(layer, original);
        times++;
      }
    }
    return times;
  },
};

function isThere(editor: NetEditor, layer: Layer): boolean {
  return layer.tops.every((top) => editor.producer(top) !== undefined);
}

/** Larger weights are the same only where they are one object: reading them all would cost more than it gains. */
const mostBytes = 1 << 16;

/** Numbers weights so that those with the same content have the same number. */
class WeightNumbers {
  readonly #byObject = new Map<Weight, number>();
  readonly #byContent = new Map<string, number>();
  #count = 0;

  numberOf(weight: Weight): number {
    const known = this.#byObject.get(weight) ?? this.#alike(weight);
    this.#byObject.set(weight, known);
    return known;
  }

  #alike(weight: Weight): number {
    if (weight.length * 4 > mostBytes) return this.#count++;
    const key = `${weight.storage} ${weight.flag ?? ''} ${weight.read().join()}`;
    const number = this.#byContent.get(key) ?? this.#count++;
    this.#byContent.set(key, number);
    return number;
  }
}
