import { type Dimension, elementCount, type Shape } from '../../ir/dimension.ts';
import { type Operand, OperatorError, type OperatorNode } from '../../ir/operator.ts';

/** The axes of a node in ascending order, counted from the front. */
export function normalizeAxes(node: OperatorNode, axes: readonly number[], rank: number): readonly number[] {
  return [...new Set(axes.map((axis) => node.axis(axis, rank)))].sort((left, right) => left - right);
}

/** A shape with some axes reduced to one element, which are either kept with size 1 or removed. */
export function reducedShape(shape: Shape, axes: readonly number[], keepdims: boolean): Shape {
  const result = shape.map((size, axis): Dimension | undefined => (axes.includes(axis) ? (keepdims ? 1 : undefined) : size));
  return result.filter((size) => size !== undefined);
}

/** Groups of elements that are reduced together. The elements of a lane differ only along the reduced axes, in row-major order. */
export interface Lanes {
  /** Number of lanes. */
  readonly count: number;
  /** Number of elements in a lane. */
  readonly length: number;
  /** The position in the tensor of an element of a lane. */
  readonly at: (lane: number, element: number) => number;
}

/** The lanes of a tensor along some axes. */
export function lanes(shape: readonly number[], axes: readonly number[]): Lanes {
  const strides = shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
  const offsets = (chosen: readonly number[]): Uint32Array => {
    let result = new Uint32Array(1);
    for (const axis of chosen) {
      const size = shape[axis] ?? 1;
      const next = new Uint32Array(result.length * size);
      for (let outer = 0; outer < result.length; outer++) {
        for (let inner = 0; inner < size; inner++) next[outer * size + inner] = (result[outer] ?? 0) + inner * (strides[axis] ?? 0);
      }
      result = next;
    }
    return result;
  };
  const starts = offsets(shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis)));
  const steps = offsets(axes);
  return { count: starts.length, length: steps.length, at: (lane, element) => (starts[lane] ?? 0) + (steps[element] ?? 0) };
}

/** The axis in an operand, which must be constant. */
export function axisOperand(node: OperatorNode, operand: Operand, rank: number): number {
  if (operand.constant === undefined) throw new OperatorError('unsupported', `the axis "${operand.name}" must be a constant`);
  return node.axis(operand.constant.scalar(), rank);
}
