import { numberParam } from '../layers/params.ts';
import { peakBytes } from '../memory.ts';
import { blobSize, type Layer, type Net } from '../net.ts';
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

/** `undefined` where a shape is not known; layers that neither multiply nor add cost nothing. */
export function multiplyAddsOf(layer: Layer, net: Pick<Net, 'shapes'>): number | undefined {
  const sizeOf = (blob: string | undefined): number | undefined => {
    const shape = blob === undefined ? undefined : net.shapes.get(blob);
    return shape && blobSize(shape);
  };
  if (layer.type === 'Custom') return undefined;
  const output = sizeOf(layer.tops[0]);
  const [weight] = layer.weights;
  if (layer.type.startsWith('Convolution') || layer.type === 'InnerProduct' || layer.type === 'DeformableConv2D') {
    return output && weight && (output * weight.length) / numberParam(layer.type, layer.params, 'num_output');
  }
  const [bottom] = layer.bottoms;
  if (layer.type.startsWith('Deconvolution')) {
    const channels = bottom === undefined ? undefined : net.shapes.get(bottom)?.[0];
    const input = sizeOf(bottom);
    // Every element of the input meets the kernels of its channel.
    return input && weight && typeof channels === 'number' ? (input * weight.length) / channels : undefined;
  }
  switch (layer.type) {
    case 'MatMul': {
      const inner = bottom === undefined ? undefined : net.shapes.get(bottom)?.at(-1);
      return output && typeof inner === 'number' ? output * inner : undefined;
    }
    case 'Gemm': {
      const inner = numberParam(layer.type, layer.params, 'constantK');
      return output && inner > 0 ? output * inner : undefined;
    }
    case 'BatchNorm':
    case 'BinaryOp':
    case 'Bias':
    case 'Eltwise':
    case 'Scale':
      return output;
    default:
      return 0;
  }
}
