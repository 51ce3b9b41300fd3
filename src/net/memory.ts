import { recordOf } from './layers/layerTypes.ts';
import { blobSize, type Layer, type Net } from './net.ts';

/**
 * What the layers of a net do to the memory of its blobs in ncnn's light mode, where a blob is gone once its last reader has run. Blobs
 * that are views of the same elements are one buffer. What a layer works in besides does not count.
 */
export interface NetMemory {
  /** Bytes of each buffer. */
  readonly sizes: readonly number[];
  /** How often each buffer is read. */
  readonly reads: readonly number[];
  readonly layers: readonly LayerMemory[];
}

export interface LayerMemory {
  /** Buffers that the layer makes. */
  readonly made: readonly number[];
  /** Buffers that it reads, each as often as it does; those that nothing reads count as read by the layer that makes them. */
  readonly read: readonly number[];
  /** Whether it overwrites what it reads where nothing else reads that later. */
  readonly inPlace: boolean;
}

const bytesPerElement = 4;

/** The memory of a net whose layers stand in the order in which they run; `undefined` where the size of a blob is not known. */
export function memoryOf({ layers, shapes, outputs }: Net): NetMemory | undefined {
  const isRead = new Set([...layers.flatMap(({ bottoms }) => bottoms), ...outputs]);
  const buffers = new Map<string, number>();
  const sizes: number[] = [];
  const steps: LayerMemory[] = [];
  for (const layer of layers) {
    const read = layer.bottoms.flatMap((bottom) => buffers.get(bottom) ?? []);
    const made: number[] = [];
    for (const top of layer.tops) {
      const shape = shapes.get(top);
      const elements = shape && blobSize(shape);
      if (elements === undefined) return undefined;
      const viewed = recordOf(layer)?.sharesMemory ? read[0] : undefined;
      const buffer = viewed ?? sizes.length;
      buffers.set(top, buffer);
      if (viewed === undefined) {
        sizes.push(elements * bytesPerElement);
        made.push(buffer);
      }
      if (!isRead.has(top)) read.push(buffer);
    }
    steps.push({ made, read, inPlace: isInPlace(layer) });
  }
  const reads = sizes.map(() => 0);
  const count = (buffer: number | undefined): void => {
    if (buffer !== undefined) reads[buffer] = (reads[buffer] ?? 0) + 1;
  };
  for (const { read } of steps) read.forEach(count);
  // Nothing that runs is the last to read an output.
  for (const output of outputs) count(buffers.get(output));
  return { sizes, reads, layers: steps };
}

function isInPlace(layer: Layer): boolean {
  return recordOf(layer)?.inplace === true && layer.bottoms.length === 1 && layer.tops.length === 1;
}

/** Runs layers one after the other and counts the bytes that are taken. */
export class MemoryRun {
  readonly #sizes: readonly number[];
  readonly #readsLeft: Float64Array;
  #bytes: number;

  /** @param readsLeft how often each buffer is still to be read; it is counted down. */
  constructor(sizes: readonly number[], readsLeft: Float64Array, bytes = 0) {
    this.#sizes = sizes;
    this.#readsLeft = readsLeft;
    this.#bytes = bytes;
  }

  /** The bytes that are taken after the last layer. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Runs a layer; returns the bytes that are taken meanwhile. */
  run({ made, read, inPlace }: LayerMemory): number {
    const [source] = read;
    const overwritten = inPlace && source !== undefined && this.#readsLeft[source] === 1 ? this.#sizeOf(source) : 0;
    for (const buffer of made) this.#bytes += this.#sizeOf(buffer);
    const meanwhile = this.#bytes - overwritten;
    for (const buffer of read) {
      const left = (this.#readsLeft[buffer] ?? 0) - 1;
      this.#readsLeft[buffer] = left;
      if (left === 0) this.#bytes -= this.#sizeOf(buffer);
    }
    return meanwhile;
  }

  #sizeOf(buffer: number): number {
    return this.#sizes[buffer] ?? 0;
  }
}

/** The most bytes that the blobs of a net take at a time; `undefined` where the size of a blob is not known. */
export function peakBytes(net: Net): number | undefined {
  const memory = memoryOf(net);
  if (memory === undefined) return undefined;
  const run = new MemoryRun(memory.sizes, Float64Array.from(memory.reads));
  return memory.layers.reduce((peak, layer) => Math.max(peak, run.run(layer)), 0);
}
