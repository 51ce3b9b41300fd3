import { halfToNumber } from '../../bytes/half.ts';
import { joinPieces } from '../../bytes/join.ts';
import { computedWeight, floatsOf, type Weight, weightView } from '../../net/weight.ts';
import type { MessageOf } from './messages.ts';

/** Learned parameters of a Caffe layer. */
export interface CaffeBlob {
  /** The shape in the file. A legacy blob has four sizes. */
  readonly shape: readonly number[];
  /** Number of elements in the file. */
  readonly count: number;
  /** float32. A view of the file if the file stores the data as one piece of float32. */
  readonly weight: Weight;
}

/** Learned parameters by the name of their layer. */
export type WeightsByLayer = ReadonlyMap<string, readonly CaffeBlob[]>;

/** Reads float32, float64 and NVCaffe's float16 data as float32. */
export function readBlob(message: MessageOf<'BlobProto'>): CaffeBlob {
  const legacy = [message.num, message.channels, message.height, message.width];
  const weight = readData(message);
  const declared = message.shape?.dim ?? (legacy.some((size) => size > 0) ? legacy : [weight.length]);
  return { shape: declared, count: weight.length, weight };
}

function readData({ data, double_data, raw_data, raw_data_type }: MessageOf<'BlobProto'>): Weight {
  if (data.length > 0) {
    const [only] = data;
    if (data.length === 1 && only !== undefined) return weightView(only);
    return computedWeight(byteLength(data) / 4, () => new Float32Array(join(data).buffer));
  }
  if (double_data.length > 0) {
    return computedWeight(byteLength(double_data) / 8, () => Float32Array.from(new Float64Array(join(double_data).buffer)));
  }
  if (raw_data === undefined || raw_data.byteLength === 0) return weightView(new Uint8Array());
  const pieces = [raw_data];
  switch (raw_data_type) {
    case 'FLOAT16':
      return computedWeight(raw_data.byteLength / 2, () => Float32Array.from(new Uint16Array(join(pieces).buffer), halfToNumber));
    case 'DOUBLE':
      return computedWeight(raw_data.byteLength / 8, () => Float32Array.from(new Float64Array(join(pieces).buffer)));
    case 'FLOAT':
      return weightView(raw_data);
    default:
      return weightView(new Uint8Array());
  }
}

function byteLength(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
}

/** A contiguous copy, aligned for typed arrays. */
function join(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return joinPieces(pieces, byteLength(pieces));
}

/** Weights computed from other weights when the output is written. */
export function derivedWeight(
  length: number,
  sources: readonly Weight[],
  compute: (sources: readonly Float32Array[]) => Float32Array,
): Weight {
  return computedWeight(length, () => compute(sources.map(floatsOf)));
}
