import { type BlobShape, blobSize, type Layer, type Net } from '../net.ts';
import { layerRecord } from './layerTypes.ts';
import { multiplyAddsOf } from './multiplyAdds.ts';

/**
 * An upper bound of the steps that the kernel of a layer takes; infinite where shapes are not known. A layer of which no more is known
 * combines each element of its blobs and weights into each element of its result.
 */
export function maxSteps(layer: Layer, net: Pick<Net, 'shapes'>): number {
  if (layer.type === 'Custom') return Number.POSITIVE_INFINITY;
  const sizes = (blobs: readonly string[]): number => blobs.reduce((sum, blob) => sum + sizeOf(net.shapes.get(blob)), 0);
  const [read, made] = [sizes(layer.bottoms), sizes(layer.tops)];
  const { elements, multiplyAdds } = layerRecord(layer.type);
  if (elements !== undefined) return read + made;
  if (multiplyAdds !== undefined) return read + made + (multiplyAddsOf(layer, net) ?? Number.POSITIVE_INFINITY);
  const weights = layer.weights.reduce((sum, { length }) => sum + length, 0);
  // An Einsum goes through all combinations of elements of its operands.
  const combined = layer.bottoms.reduce((product, blob) => product * sizeOf(net.shapes.get(blob)), 1);
  return (combined + weights) * made;
}

function sizeOf(shape: BlobShape | undefined): number {
  return (shape && blobSize(shape)) ?? Number.POSITIVE_INFINITY;
}
