import { type Dimension, product, quotient, type Shape } from '../../ir/dimension.ts';
import { OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import type { Tensor } from '../../ir/tensor.ts';
import { imagewise } from '../rules/samples.ts';
import { selectAlong, strides } from './selection.ts';

/** `DepthToSpace` and `SpaceToDepth`: move blocks of pixels between channels and the plane. */
export const depthOperators: OperatorFamily = {
  DepthToSpace: {
    elements: 'moved',
    ...imagewise,
    infer: (node) => {
      const { dtype, shape } = node.input(0);
      return [{ dtype, shape: shape && endsOf(depthToSpaceSteps(node, shape)) }];
    },
    evaluate: (node, [x]) => (x === undefined ? [] : [rearrange(x, depthToSpaceSteps(node, x.shape))]),
  },
  SpaceToDepth: {
    elements: 'moved',
    ...imagewise,
    infer: (node) => {
      const { dtype, shape } = node.input(0);
      return [{ dtype, shape: shape && endsOf(spaceToDepthSteps(node, shape)) }];
    },
    evaluate: (node, [x]) => (x === undefined ? [] : [rearrange(x, spaceToDepthSteps(node, x.shape))]),
  },
};

/** The shape to view the operand in, the permutation of its axes, and the shape of the result. */
export interface Rearrangement {
  readonly view: Shape;
  readonly order: readonly number[];
  readonly result: Shape;
}

export function depthToSpaceSteps(node: OperatorNode, shape: Shape): Rearrangement {
  const [batch, channels, height, width] = imageShape(shape);
  const block = blockSize(node);
  const depth = exact(channels, block * block);
  const result = [batch, depth, product([height, block]), product([width, block])];
  return node.string('mode', 'DCR') === 'DCR'
    ? { view: [batch, block, block, depth, height, width], order: [0, 3, 4, 1, 5, 2], result }
    : { view: [batch, depth, block, block, height, width], order: [0, 1, 4, 2, 5, 3], result };
}

export function spaceToDepthSteps(node: OperatorNode, shape: Shape): Rearrangement {
  const [batch, channels, height, width] = imageShape(shape);
  const block = blockSize(node);
  const [rows, columns] = [exact(height, block), exact(width, block)];
  return {
    view: [batch, channels, rows, block, columns, block],
    order: node.string('mode', 'DCR') === 'DCR' ? [0, 3, 5, 1, 2, 4] : [0, 1, 3, 5, 2, 4],
    result: [batch, product([channels, block * block]), rows, columns],
  };
}

export function blockSize(node: OperatorNode): number {
  const size = node.int('blocksize');
  if (size < 1) throw new OperatorError('invalid', `the block size is ${size}, expected 1 or more`);
  return size;
}

function imageShape(shape: Shape): readonly [Dimension, Dimension, Dimension, Dimension] {
  const [batch, channels, height, width] = shape;
  if (batch === undefined || channels === undefined || height === undefined || width === undefined || shape.length !== 4) {
    throw new OperatorError('invalid', `the operand has ${shape.length} axes instead of 4`);
  }
  return [batch, channels, height, width];
}

function exact(size: Dimension, divisor: number): Dimension {
  if (typeof size === 'number' && size % divisor !== 0) throw new OperatorError('invalid', `${size} is not a multiple of ${divisor}`);
  return quotient(size, divisor);
}

function endsOf(steps: Rearrangement): Shape {
  return steps.result;
}

function rearrange(x: Tensor, { view, order, result }: Rearrangement): Tensor {
  const sizes = view.map(Number);
  const steps = strides(sizes);
  let sources = [0];
  for (const axis of order) {
    sources = sources.flatMap((base) => Array.from({ length: sizes[axis] ?? 1 }, (_, index) => base + index * (steps[axis] ?? 1)));
  }
  return selectAlong(x, result.map(Number), sources);
}
