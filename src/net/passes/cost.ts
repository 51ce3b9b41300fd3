import { multiplyAddsOf } from '../layers/multiplyAdds.ts';
import { peakBytes } from '../memory.ts';
import type { Net } from '../net.ts';
import { executionOrder } from './order/executionOrder.ts';

/** What a net asks for. */
export interface Cost {
  /** Without Split layers, which copy nothing and stand where the file needs them. */
  readonly layers: number;
  /** Elements of the weights, constants among them. */
  readonly weights: number;
  /** Products that are summed up, and elements that are multiplied or added; of the layers whose shapes are known. */
  readonly multiplyAdds: number;
  /** The most that blobs take at a time in ncnn's light mode; absent where a shape is not known. */
  readonly peakBytes?: number;
}

/** The cost of a net: all its layers, needed or not. */
export function costOf(net: Net): Cost {
  let [layers, weights, multiplyAdds] = [0, 0, 0];
  for (const layer of net.layers) {
    if (layer.type !== 'Split') layers++;
    for (const weight of layer.weights) weights += weight.length;
    multiplyAdds += multiplyAddsOf(layer, net) ?? 0;
  }
  return { layers, weights, multiplyAdds, ...peak(peakBytes({ ...net, layers: executionOrder(net) })) };
}

export function saved(before: Cost, after: Cost): Cost {
  return {
    layers: before.layers - after.layers,
    weights: before.weights - after.weights,
    multiplyAdds: before.multiplyAdds - after.multiplyAdds,
    ...peak(before.peakBytes === undefined || after.peakBytes === undefined ? undefined : before.peakBytes - after.peakBytes),
  };
}

function peak(bytes: number | undefined): Pick<Cost, 'peakBytes'> {
  return bytes === undefined ? {} : { peakBytes: bytes };
}
