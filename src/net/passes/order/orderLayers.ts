import { binaryCodes, eltwiseCodes } from '../../layers/codes.ts';
import { paramOf } from '../../layers/params.ts';
import { isSizes } from '../../layers/shapeRule.ts';
import { memoryOf } from '../../memory.ts';
import type { Layer, Net } from '../../net.ts';
import { hasType } from '../editor.ts';
import type { FinalPass } from '../pass.ts';
import { executionOf, executionOrder } from './executionOrder.ts';
import { Schedule } from './schedule.ts';

/**
 * Whatever the order in the file, ncnn runs the layers of an output depth first, the bottoms of a layer from left to right. In light mode,
 * ncnn releases a blob after its last reader. So if two branches are added or multiplied, the branch with the higher peak memory should run
 * first. `times` is the number of layers that follow another layer than before or read their bottoms in another order.
 */
export const orderLayers: FinalPass = {
  name: 'order_layers',
  description:
    'Puts layers in the order in which ncnn runs them, and exchanges operands of sums and products where that takes less memory.',
  runLast: (net) => {
    const exchanged = exchangeOperands(net);
    const layers = executionOrder(exchanged);
    if (layers.length !== net.layers.length) return { net, times: 0 };
    const before = new Map(net.layers.map((layer, place) => [layer, net.layers[place - 1]?.name]));
    const times = layers.filter((layer, place) => !before.has(layer) || before.get(layer) !== layers[place - 1]?.name).length;
    return times === 0 ? { net, times } : { net: { ...exchanged, layers }, times };
  },
};

/** Exchanges the operands of one layer after the other as long as that lowers the peak. */
function exchangeOperands(net: Net): Net {
  const { layers, starts } = executionOf(net);
  const memory = memoryOf({ ...net, layers });
  if (memory === undefined) return net;
  const numbers = new Map(layers.map((layer, number) => [layer, number]));
  const candidates = net.layers.flatMap((layer) => {
    const number = numbers.get(layer);
    const other = exchanged(layer, net);
    return number === undefined || other === undefined ? [] : [{ layer, number, other }];
  });
  const producers = new Map(layers.flatMap(({ tops }, number) => tops.map((top) => [top, number])));
  const bottoms = layers.map((layer) => layer.bottoms.map((bottom) => producers.get(bottom)));
  const schedule = new Schedule(memory, bottoms, starts);
  const replacements = new Map<Layer, Layer>();
  // One exchange can make another one useful. The loop ends because each exchange lowers the peak.
  for (let changed = true; changed; ) {
    changed = false;
    for (const { layer, number, other } of candidates) {
      if (!schedule.tryExchange(number)) continue;
      changed = true;
      if (!replacements.delete(layer)) replacements.set(layer, other);
    }
  }
  return replacements.size === 0 ? net : { ...net, layers: net.layers.map((layer) => replacements.get(layer) ?? layer) };
}

/** The layer with its two bottoms exchanged, if that computes exactly the same. */
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

/** Without MAX and MIN: if both operands are NaN, the order decides which NaN is the result. */
const commutative: ReadonlySet<number> = new Set([binaryCodes.ADD.code, binaryCodes.MUL.code]);
