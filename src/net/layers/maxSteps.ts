import { type BlobShape, blobSize, type Layer, type Net } from '../net.ts';
import { layerRecord } from './layerTypes.ts';
import { multiplyAddsOf } from './multiplyAdds.ts';

/**
 * An upper bound on the steps that the kernel of a layer takes; infinite if shapes are not known. Unless more is known about a layer, the
 * bound assumes that each element of the result combines all elements of the blobs and weights.
 */
export function maxSteps(layer: Layer, net: Pick<Net, 'shapes'>): number {
  if (layer.type === 'Custom') return Number.POSITIVE_INFINITY;
  const sizes = (blobs: readonly string[]): number => blobs.reduce((sum, blob) => sum + sizeOf(net.shapes.get(blob)), 0);
  const [read, written] = [sizes(layer.bottoms), sizes(layer.tops)];
  const { elements, multiplyAdds } = layerRecord(layer.type);
  if (elements !== undefined) return read + written;
  if (multiplyAdds !== undefined) return read + written + (multiplyAddsOf(layer, net) ?? Number.POSITIVE_INFINITY);
  const weights = layer.weights.reduce((sum, { length }) => sum + length, 0);
  // An Einsum iterates over all combinations of the elements of its operands.
  const combined = layer.bottoms.reduce((product, blob) => product * sizeOf(net.shapes.get(blob)), 1);
  return (combined + weights) * written;
}

function sizeOf(shape: BlobShape | undefined): number {
  return (shape && blobSize(shape)) ?? Number.POSITIVE_INFINITY;
}
