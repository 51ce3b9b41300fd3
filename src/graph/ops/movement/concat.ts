import { type Dimension, sum } from '../../ir/dimension.ts';
import { OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import { allocate, Tensor, type TensorValues } from '../../ir/tensor.ts';
import { changeOfAxis } from '../rules/axes.ts';
import { axesOf, layoutOfFirst } from '../rules/frame.ts';

/** `Concat`: joins tensors along an axis. */
export const concatOperators: OperatorFamily = {
  Concat: {
    batch: (node, [first, ...others]) => {
      if (first === undefined || others.some((axis) => axis !== first)) return undefined;
      return node.axis(node.int('axis'), node.shape(0).length) === first ? undefined : first;
    },
    layout: (node, { length: rank }) => {
      const axis = node.axis(node.int('axis'), rank);
      return { ...layoutOfFirst(node, rank, changeOfAxis(axis)), inputs: node.inputs().map(() => axesOf(rank)) };
    },
    infer: (node) => {
      const operands = node.inputs();
      const dtype = node.input(0).dtype;
      const shapes = operands.map((operand) => operand.shape);
      const known = shapes.find((shape) => shape !== undefined);
      if (known === undefined) return [{ dtype, shape: undefined }];
      const axis = node.axis(node.int('axis'), known.length);
      const shape = known.map((_, index): Dimension => {
        const sizes = shapes.map((other) => other?.[index]);
        if (index !== axis) return agreeing(node, sizes, index);
        return sizes.every((size) => size !== undefined) ? sum(sizes) : node.symbol(axis);
      });
      for (const other of shapes) {
        if (other !== undefined && other.length !== known.length) {
          throw new OperatorError('invalid', `operands of rank ${known.length} and ${other.length} cannot be joined`);
        }
      }
      const elements = operands.map((_, index) => node.dimensions(index));
      const whole = known.length === 1 && elements.every((list) => list !== undefined) ? elements.flat() : undefined;
      return [whole === undefined ? { dtype, shape } : { dtype, shape, elements: whole }];
    },
    evaluate: (node, inputs) => {
      const tensors = inputs.filter((tensor) => tensor !== undefined);
      const first = tensors[0];
      return first === undefined ? [] : [joined(tensors, node.axis(node.int('axis'), first.shape.length))];
    },
  },
};

/** The size of an axis that all operands share; a number if any operand has a static size. */
function agreeing(node: OperatorNode, sizes: readonly (Dimension | undefined)[], axis: number): Dimension {
  const known = sizes.filter((size) => size !== undefined);
  const numbers = new Set(known.filter((size) => typeof size === 'number'));
  if (numbers.size > 1) throw new OperatorError('invalid', `operands with axis ${axis} of ${[...numbers].join(' and ')} cannot be joined`);
  const [number] = numbers;
  return number ?? known[0] ?? node.symbol(axis);
}

/** Concatenates tensors along an axis. */
function joined(tensors: readonly Tensor[], axis: number): Tensor {
  const first = tensors[0];
  if (first === undefined) throw new OperatorError('invalid', 'no inputs to concatenate');
  const dtype = first.dtype;
  const other = tensors.find((tensor) => tensor.dtype !== dtype);
  if (other !== undefined) throw new OperatorError('invalid', `operands of ${dtype} and ${other.dtype} cannot be joined`);
  const total = tensors.reduce((size, tensor) => size + (tensor.shape[axis] ?? 1), 0);
  const shape = first.shape.map((size, index) => (index === axis ? total : size));
  const outer = shape.slice(0, axis).reduce((count, size) => count * size, 1);
  const parts = tensors.map((tensor) => ({ values: tensor.values(), run: tensor.size / Math.max(outer, 1) }));
  const size = shape.reduce((count, extent) => count * extent, 1);
  const result: string[] | Exclude<TensorValues, readonly string[]> = dtype === 'string' ? [] : allocate(dtype, size);
  let position = 0;
  for (let block = 0; block < outer; block++) {
    for (const { values, run } of parts) {
      for (let index = block * run; index < (block + 1) * run; index++) result[position++] = values[index] ?? 0;
    }
  }
  return Tensor.of(dtype, shape, result);
}
