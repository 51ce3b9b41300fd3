import type { BlobShape } from '../../../net.ts';
import type { MeaningCall } from '../../record.ts';

/**
 * The release from which BinaryOp computes its current result for two blobs. Broadcasting was rewritten in 20230223 and in 20230816. All
 * pairs of shapes were run on the releases from 20221128 on; the rules for earlier releases follow from their source code. A dynamic axis
 * is assumed to have more than one element.
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
  /** A vector that matches the channels of a blob of three axes, or a single number. */
  vector: 20180129,
  /** One number per channel, or one channel for all channels. */
  channels: 20200106,
  /** The outermost axes of a blob of higher rank, or one axis of three. */
  oneAxis: 20210507,
  /** Axes of size 1 that are all innermost or all outermost. */
  oneSided: 20230223,
  any: 20230816,
} as const;

/** Whether each axis of `other` has size 1 or the size in `shape`, both counted from the outermost axis. */
function covers(shape: BlobShape, other: BlobShape): boolean {
  return other.every((size, axis) => size === 1 || size === shape[axis]);
}

/** The release for a blob of lower rank. */
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
  // Earlier releases compute a wrong result if only the innermost of four axes has size 1.
  if (isInner) return !(ones.length === 4 && ones.indexOf(true) === 3);
  return ones.lastIndexOf(true) < ones.indexOf(false);
}
