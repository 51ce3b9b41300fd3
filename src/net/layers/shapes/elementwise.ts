import type { LayerType } from '../../net.ts';
import { axisIn, type BlobSizes, type ShapeFamily, type ShapeRule, withBlobSize } from './rule.ts';

/** Layers each of whose tops has the shape of the bottom at its place, or of the only one. */
const keepingTypes: readonly LayerType[] = [
  'AbsVal',
  'BatchNorm',
  'Bias',
  'BNLL',
  'Cast',
  'CELU',
  'Clip',
  'CumulativeSum',
  'DeepCopy',
  'Dropout',
  'ELU',
  'Erf',
  'Exp',
  'Flip',
  'GELU',
  'GroupNorm',
  'HardSigmoid',
  'HardSwish',
  'InstanceNorm',
  'LayerNorm',
  'Log',
  'LRN',
  'Mish',
  'MVN',
  'Noop',
  'Normalize',
  'Power',
  'PReLU',
  'ReLU',
  'RMSNorm',
  'Scale',
  'SELU',
  'ShuffleChannel',
  'Shrink',
  'Sigmoid',
  'Softmax',
  'Softplus',
  'Split',
  'Swish',
  'TanH',
  'Threshold',
  'UnaryOp',
];

const kept: ReadonlySet<string> = new Set(keepingTypes);

/** Whether a layer of the type leaves the shape of its first bottom as it is, free axes included. */
export function keepsShape(type: LayerType): boolean {
  return kept.has(type);
}

/**
 * A shape as BinaryOp sees it beside another of more axes: a vector goes to the outermost axis where its length is the
 * size of that, and to the innermost one otherwise; the axes of others are the outermost ones.
 */
export function alignedTo(shape: BlobSizes, other: BlobSizes): BlobSizes {
  const missing = other.length - shape.length;
  if (missing <= 0) return shape;
  const ones = Array.from({ length: missing }, () => 1);
  return shape.length > 1 || shape[0] === other[0] ? [...shape, ...ones] : [...ones, ...shape];
}

const binaryOp: ShapeRule = ({ bottoms: [a, b], number }) => {
  if (a === undefined || number('with_scalar') !== 0) return a && [a];
  if (b === undefined) return undefined;
  const [left, right] = [alignedTo(a, b), alignedTo(b, a)];
  const shape = left.map((size, axis) => Math.max(size, right[axis] ?? 1));
  const fits = (sizes: BlobSizes): boolean => sizes.every((size, axis) => size === 1 || size === shape[axis]);
  return fits(left) && fits(right) ? [shape] : undefined;
};

const glu: ShapeRule = ({ bottoms: [bottom], number }) => {
  const axis = bottom && axisIn(bottom, number('axis'));
  return axis === undefined || bottom === undefined ? undefined : [withBlobSize(bottom, axis, Math.trunc((bottom[axis] ?? 0) / 2))];
};

export const elementwiseShapes: ShapeFamily = {
  BinaryOp: binaryOp,
  Eltwise: ({ bottoms: [bottom] }) => bottom && [bottom],
  GLU: glu,
};
