import { producersOf } from '../deadCode.ts';
import { binaryCodes, eltwiseCodes } from '../layers/codes.ts';
import { paramOf } from '../layers/params.ts';
import { isSizes } from '../layers/shapeRule.ts';
import type { Layer, Net } from '../net.ts';
import { peakBytes } from '../peak.ts';
import { hasType } from './editor.ts';

export const orderLayersName = 'order_layers';

/**
 * Puts the layers into the order in which ncnn runs them, and exchanges operands so that less memory is taken on the way.
 *
 * Whatever the order in the file, ncnn runs what an output needs depth first, the bottoms of a layer one after the other. In its light mode
 * a blob is gone after its last reader; so where two branches are added or multiplied, that branch should run first which needs
 * more while it runs. `times` is how many layers stand behind another than before or read in another order.
 */
export function orderLayers(net: Net): { readonly net: Net; readonly times: number } {
  const exchanged = exchangeOperands(net);
  const layers = executionOrder(exchanged);
  if (layers.length !== net.layers.length) return { net, times: 0 };
  const before = new Map(net.layers.map((layer, place) => [layer, net.layers[place - 1]?.name]));
  const times = layers.filter((layer, place) => !before.has(layer) || before.get(layer) !== layers[place - 1]?.name).length;
  return times === 0 ? { net, times } : { net: { ...exchanged, layers }, times };
}

/** The layers as ncnn runs them for the outputs one by one; inputs first, what no output needs last. */
export function executionOrder({ layers, outputs }: Net): readonly Layer[] {
  const producers = producersOf(layers);
  const entered = new Set<Layer>(layers.filter(({ type }) => type === 'Input'));
  const ordered = [...entered];
  const roots = [...outputs.flatMap((output) => producers.get(output) ?? []), ...layers];
  for (const root of roots) {
    if (entered.has(root)) continue;
    // A stack of its own, for a net can be deeper than the call stack: layers, and the bottom each of them is at.
    const stack = [{ layer: root, next: 0 }];
    entered.add(root);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const bottom = top.layer.bottoms[top.next++];
      if (bottom === undefined) {
        ordered.push(top.layer);
        stack.pop();
        continue;
      }
      const producer = producers.get(bottom);
      if (producer === undefined || entered.has(producer)) continue;
      entered.add(producer);
      stack.push({ layer: producer, next: 0 });
    }
  }
  return ordered;
}

/** Layers tried at most, for each is tried on the whole net: layers times tries. */
const mostWork = 1 << 23;

function exchangeOperands(net: Net): Net {
  const measure = (layers: readonly Layer[]): number | undefined => peakBytes({ ...net, layers: executionOrder({ ...net, layers }) });
  let layers = net.layers;
  let peak = measure(layers);
  const places = layers.flatMap((layer, place) => (exchanged(layer, net) === undefined ? [] : [place]));
  if (peak === undefined || places.length * layers.length > mostWork) return net;
  // One exchange can make another worth while; each lowers the peak, so this ends.
  for (let changed = true; changed; ) {
    changed = false;
    for (const place of places) {
      const tried = layers.map((layer, index) => (index === place ? (exchanged(layer, net) ?? layer) : layer));
      const found = measure(tried);
      if (found === undefined || found >= peak) continue;
      [layers, peak, changed] = [tried, found, true];
    }
  }
  return layers === net.layers ? net : { ...net, layers };
}

/** The layer with its two bottoms exchanged, where it computes exactly the same then. */
function exchanged(layer: Layer, { shapes }: Net): Layer | undefined {
  const [left, right] = layer.bottoms;
  if (left === undefined || right === undefined || left === right || layer.bottoms.length !== 2) return undefined;
  const [a, b] = [shapes.get(left), shapes.get(right)];
  if (!isSizes(a) || !isSizes(b) || a.join() !== b.join()) return undefined;
  const bottoms = [right, left];
  if (hasType(layer, ['BinaryOp'])) return commutative.has(paramOf(layer, 'op_type')) ? { ...layer, bottoms } : undefined;
  if (!hasType(layer, ['Eltwise']) || paramOf(layer, 'op_type') === eltwiseCodes.MAX.code) return undefined;
  const coeffs = paramOf(layer, 'coeffs');
  return { ...layer, bottoms, params: coeffs.length === 0 ? layer.params : { ...layer.params, coeffs: [...coeffs].reverse() } };
}

/** Not the larger or smaller of two: which of two NaNs comes out is a matter of order. */
const commutative: ReadonlySet<number> = new Set([binaryCodes.ADD.code, binaryCodes.MUL.code]);
