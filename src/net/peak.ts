import { layerRecord } from './layers/layerTypes.ts';
import { blobSize, type Layer, type Net } from './net.ts';

/**
 * The most bytes that blobs take at a time in ncnn's light mode, where a blob is gone once its last reader has run: of a net whose layers stand in
 * the order in which they run. What a layer works in besides does not count. `undefined` where the size of a blob is not known.
 */
export function peakBytes({ layers, shapes, outputs }: Net): number | undefined {
  const readers = countReaders(layers, outputs);
  /** Blobs that share their elements, by the one they were made as. */
  const owner = new Map<string, string>();
  const users = new Map<string, number>();
  const sizes = new Map<string, number>();
  let [live, peak] = [0, 0];
  const release = (blob: string): void => {
    const name = owner.get(blob) ?? blob;
    const left = (users.get(name) ?? 0) - 1;
    users.set(name, left);
    if (left === 0) live -= sizes.get(name) ?? 0;
  };
  for (const layer of layers) {
    for (const top of layer.tops) {
      const shape = shapes.get(top);
      const elements = shape && blobSize(shape);
      if (elements === undefined) return undefined;
      const reads = readers.get(top) ?? 0;
      const source = sharedSource(layer, users, owner);
      if (source === undefined) {
        sizes.set(top, elements * bytesPerElement);
        users.set(top, Math.max(reads, 1));
        live += elements * bytesPerElement;
      } else {
        owner.set(top, source);
        users.set(source, (users.get(source) ?? 0) + Math.max(reads, 1));
      }
    }
    peak = Math.max(peak, live);
    for (const bottom of layer.bottoms) release(bottom);
    // What nobody reads, such as what a Slice leaves over.
    for (const top of layer.tops) if (readers.get(top) === undefined) release(top);
  }
  return peak;
}

const bytesPerElement = 4;

function countReaders(layers: readonly Layer[], outputs: readonly string[]): ReadonlyMap<string, number> {
  const readers = new Map<string, number>();
  for (const blob of [...layers.flatMap(({ bottoms }) => bottoms), ...outputs]) readers.set(blob, (readers.get(blob) ?? 0) + 1);
  return readers;
}

/** The blob whose memory a layer goes on using: what it only views, or overwrites as its last reader. */
function sharedSource(layer: Layer, users: ReadonlyMap<string, number>, owner: ReadonlyMap<string, string>): string | undefined {
  const [bottom] = layer.bottoms;
  if (bottom === undefined || layer.type === 'Custom') return undefined;
  const source = owner.get(bottom) ?? bottom;
  const record = layerRecord(layer.type);
  if (record.sharesMemory) return source;
  const inplace = record.inplace && layer.bottoms.length === 1 && layer.tops.length === 1;
  return inplace && users.get(source) === 1 ? source : undefined;
}
