import type { NcnnTensor } from '../../../src/runtime/types.ts';

export type InputKind = 'picture' | 'sound' | 'random' | 'array';

/** Minimum length of an input that is treated as sound, in samples. */
const minSamples = 256;

/** Minimum width and height of a picture. */
const minSide = 8;

/** The kinds of data that fit the shape of an input, the likeliest first. */
export function inputKinds({ shape, dtype }: Pick<NcnnTensor, 'shape' | 'dtype'>): readonly InputKind[] {
  const kinds: InputKind[] = ['random', 'array'];
  if (isSound(shape) && !/int|bool/.test(dtype)) kinds.unshift('sound');
  // A single plane with a leading 1 may also be one sample of a sequence.
  if (isPicture(shape)) return shape.length === 3 && !shape.includes(3) ? [...kinds, 'picture'] : ['picture', ...kinds];
  return kinds;
}

/** `[…, channels, height, width]`, `[…, height, width, channels]`, or a plane whose other axes are 1, as `fromImage` accepts them. */
function isPicture(shape: NcnnTensor['shape']): boolean {
  const rank = shape.length;
  if (rank < 2) return false;
  const isChannels = (axis: number): boolean => shape[axis] === 3 || shape[axis] === 1;
  const channel = rank < 3 ? undefined : [rank - 3, rank - 1].find(isChannels);
  if (rank > 2 && channel === undefined) return false;
  const plane = channel === rank - 1 ? [rank - 3, rank - 2] : [rank - 2, rank - 1];
  const rest = shape.filter((_, axis) => axis !== channel && !plane.includes(axis));
  const isLarge = plane.every((axis) => (typeof shape[axis] === 'string' ? rank > 2 : Number(shape[axis]) >= minSide));
  return isLarge && rest.every(isOne);
}

/** A list of samples. */
function isSound(shape: NcnnTensor['shape']): boolean {
  const last = shape.at(-1);
  const isLong = typeof last === 'string' || (last !== undefined && last >= minSamples);
  return isLong && shape.length <= 3 && shape.slice(0, -1).every(isOne);
}

/** The size of an axis of samples, of which there is one. */
function isOne(size: number | string): boolean {
  return size === 1 || typeof size === 'string';
}
