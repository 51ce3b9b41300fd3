import type { BlobShape } from '../../../net.ts';
import type { MeaningCall } from '../../record.ts';

/**
 * The release from which BinaryOp computes two blobs as today. Broadcasting was written anew in 20230223 and in 20230816: all pairs of shapes
 * were run on the releases from 20221128 on; what is said of earlier ones follows from their sources. A free axis is taken for one of more than
 * one element.
 */
export function broadcastMeaning({ bottoms: [a, b], number }: MeaningCall): number {
  if (number('with_scalar') !== 0) return releases.same;
  if (a === undefined || b === undefined) return releases.any;
  if (a.join() === b.join()) return releases.same;
  const [large, small] = a.length > b.length || (a.length === b.length && covers(a, b)) ? [a, b] : [b, a];
  if (large.includes(1) || !covers(large, small)) return releases.any;
  if (small.length < large.length) return lowerRank(small, large);
  if (small.every((size) => size === 1)) return releases.oneSided;
  return large.length === 3 ? threeAxes(small) : isOneSided(small) ? releases.oneSided : releases.any;
}

const releases = {
  same: 20170809,
  /** A vector beside the channels of three axes, or a single number. */
  vector: 20180129,
  /** One number for each channel, or the same channel for all. */
  channels: 20200106,
  /** Fewer axes, the outermost ones; one axis of three. */
  oneAxis: 20210507,
  /** Axes of 1 that are all innermost or all outermost. */
  oneSided: 20230223,
  any: 20230816,
} as const;

/** Whether each axis of the other shape is 1 or that of this one, both counted from the outermost. */
function covers(shape: BlobShape, other: BlobShape): boolean {
  return other.every((size, axis) => size === 1 || size === shape[axis]);
}

/** Of a blob with fewer axes. */
function lowerRank(small: BlobShape, large: BlobShape): number {
  if (small.join() === '1') return releases.vector;
  if (small.includes(1)) return releases.any;
  return small.length === 1 && large.length === 3 ? releases.vector : releases.oneAxis;
}

function threeAxes(small: BlobShape): number {
  const ones = small.flatMap((size, axis) => (size === 1 ? [axis] : [])).join();
  if (ones === '0' || ones === '1,2') return releases.channels;
  if (ones === '1' || ones === '2') return releases.oneAxis;
  return ones === '0,1' ? releases.oneSided : releases.any;
}

function isOneSided(small: BlobShape): boolean {
  const ones = small.map((size) => size === 1);
  const isInner = ones.lastIndexOf(false) < ones.indexOf(true);
  // A single innermost axis of four was computed wrong.
  if (isInner) return !(ones.length === 4 && ones.indexOf(true) === 3);
  return ones.lastIndexOf(true) < ones.indexOf(false);
}
