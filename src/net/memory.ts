import { recordOf } from './layers/layerTypes.ts';
import { blobSize, type Layer, type Net } from './net.ts';

/**
 * How the layers of a net use the memory of its blobs in ncnn's light mode, where a blob is released after its last reader. Blobs that are
 * views of the same elements share one buffer. Temporary memory of layers is not included.
 */
export interface NetMemory {
  /** Size of each buffer in bytes. */
  readonly sizes: readonly number[];
  /** Number of reads of each buffer. */
  readonly reads: readonly number[];
  readonly layers: readonly LayerMemory[];
}

export interface LayerMemory {
  /** Buffers that the layer allocates. */
  readonly allocated: readonly number[];
  /** Buffers that the layer reads, once per read. A buffer without a reader counts as read by the layer that allocates it. */
  readonly read: readonly number[];
  /** Whether the layer overwrites its input if nothing reads the input later. */
  readonly inPlace: boolean;
}

const bytesPerElement = 4;

/** The memory use of a net whose layers are in execution order; `undefined` if the size of a blob is not known. */
export function memoryOf({ layers, shapes, outputs }: Net): NetMemory | undefined {
  const isRead = new Set([...layers.flatMap(({ bottoms }) => bottoms), ...outputs]);
  const buffers = new Map<string, number>();
  const sizes: number[] = [];
  const steps: LayerMemory[] = [];
  for (const layer of layers) {
    const read = layer.bottoms.flatMap((bottom) => buffers.get(bottom) ?? []);
    const allocated: number[] = [];
    for (const top of layer.tops) {
      const shape = shapes.get(top);
      const elements = shape && blobSize(shape);
      if (elements === undefined) return undefined;
      const viewed = recordOf(layer)?.sharesMemory ? read[0] : undefined;
      const buffer = viewed ?? sizes.length;
      buffers.set(top, buffer);
      if (viewed === undefined) {
        sizes.push(elements * bytesPerElement);
        allocated.push(buffer);
      }
      if (!isRead.has(top)) read.push(buffer);
    }
    steps.push({ allocated, read, inPlace: isInPlace(layer) });
  }
  const reads = sizes.map(() => 0);
  const count = (buffer: number | undefined): void => {
    if (buffer !== undefined) reads[buffer] = (reads[buffer] ?? 0) + 1;
  };
  for (const { read } of steps) read.forEach(count);
  // The caller is the last reader of an output.
  for (const output of outputs) count(buffers.get(output));
  return { sizes, reads, layers: steps };
}

function isInPlace(layer: Layer): boolean {
  return recordOf(layer)?.inplace === true && layer.bottoms.length === 1 && layer.tops.length === 1;
}

/** Runs layers in sequence and counts the allocated bytes. */
export class MemoryRun {
  readonly #sizes: readonly number[];
  readonly #remainingReads: Float64Array;
  #bytes: number;

  /** @param remainingReads the remaining number of reads of each buffer; counted down. */
  constructor(sizes: readonly number[], remainingReads: Float64Array, bytes = 0) {
    this.#sizes = sizes;
    this.#remainingReads = remainingReads;
    this.#bytes = bytes;
  }

  /** Bytes allocated after the last layer. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Runs a layer; returns the bytes allocated while it runs. */
  run({ allocated, read, inPlace }: LayerMemory): number {
    const [source] = read;
    const overwritten = inPlace && source !== undefined && this.#remainingReads[source] === 1 ? this.#sizeOf(source) : 0;
    for (const buffer of allocated) this.#bytes += this.#sizeOf(buffer);
    const meanwhile = this.#bytes - overwritten;
    for (const buffer of read) {
      const remaining = (this.#remainingReads[buffer] ?? 0) - 1;
      this.#remainingReads[buffer] = remaining;
      if (remaining === 0) this.#bytes -= this.#sizeOf(buffer);
    }
    return meanwhile;
  }

  #sizeOf(buffer: number): number {
    return this.#sizes[buffer] ?? 0;
  }
}

/** The peak memory of the blobs of a net in bytes; `undefined` if the size of a blob is not known. */
export function peakBytes(net: Net): number | undefined {
  const memory = memoryOf(net);
  if (memory === undefined) return undefined;
  const run = new MemoryRun(memory.sizes, Float64Array.from(memory.reads));
  return memory.layers.reduce((peak, layer) => Math.max(peak, run.run(layer)), 0);
}
