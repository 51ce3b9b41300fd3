import { multiplyAddsOf } from '../layers/multiplyAdds.ts';
import { peakBytes } from '../memory.ts';
import type { Net } from '../net.ts';
import { executionOrder } from './order/executionOrder.ts';

/** The cost of a net. */
export interface Cost {
  /** Without Split layers, which copy nothing and exist only in the file format. */
  readonly layers: number;
  /** Number of elements in the weights and constants. */
  readonly weights: number;
  /** Number of multiply-adds and of other multiplications and additions, in layers with known shapes. */
  readonly multiplyAdds: number;
  /** The peak memory of the blobs in ncnn's light mode, in bytes; absent if a shape is not known. */
  readonly peakBytes?: number;
}

/** The cost of a net, including layers that no output needs. */
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
