import { recordOf } from '../layers/layerTypes.ts';
import { namesBeside } from '../names.ts';
import { type Layer, makeLayer, type Net } from '../net.ts';
import { halfModeOf, isWide } from './masks.ts';

/**
 * The net with a layer in front of each layer whose mask keeps its blobs in fp32, if it reads a blob that is stored in fp16. ncnn passes
 * blobs to a masked layer as they are, and reads fp16 values as fp32. The added Squeeze removes no axis, but it does not support fp16 in
 * ncnn, which casts the blob for it.
 */
export function withCasts(net: Net): Net {
  if (!net.layers.some(isWide)) return net;
  const { blobNames, layerNames } = namesBeside(net.layers);
  const shapes = new Map(net.shapes);
  const stored = new Set<string>();
  const casts = new Map<string, string>();
  const layers: Layer[] = [];
  const castOf = (blob: string): string => {
    const known = casts.get(blob);
    if (known !== undefined) return known;
    const top = blobNames.next(blob, '_fp32');
    layers.push(makeLayer('Squeeze', layerNames.next(blob, '_fp32'), [blob], [top], {}));
    const shape = net.shapes.get(blob);
    if (shape !== undefined) shapes.set(top, shape);
    casts.set(blob, top);
    return top;
  };
  for (const layer of net.layers) {
    const bottoms = isWide(layer) ? layer.bottoms.map((blob) => (stored.has(blob) ? castOf(blob) : blob)) : layer.bottoms;
    layers.push(bottoms.every((blob, index) => blob === layer.bottoms[index]) ? layer : { ...layer, bottoms });
    if (storesHalf(layer)) for (const top of layer.tops) stored.add(top);
  }
  return casts.size === 0 ? net : { ...net, layers, shapes };
}

/** Whether a layer may store its results in fp16. The code of custom layers decides that itself. */
function storesHalf(layer: Layer): boolean {
  return layer.type === 'Custom' || (recordOf(layer)?.half !== undefined && halfModeOf(layer) !== 'none');
}
