import { elementCount, isStatic } from '../../ir/dimension.ts';
import { numericTensor, present } from '../../ir/numericTensor.ts';
import { OperatorError, type OperatorFamily } from '../../ir/operator.ts';
import type { Tensor } from '../../ir/tensor.ts';
import { type Equation, parseEquation } from './equation.ts';

/** Number of steps to find each factor by advancing the axes. */
const stepsPerTerm = 8;

/** `Einsum`: sums of products over named axes. */
export const einsumOperators: OperatorFamily = {
  Einsum: {
    cost: (node) => {
      const { sizes } = parseEquation(
        node.string('equation'),
        node.inputs().map((_, index) => node.shape(index)),
      );
      return elementCount([...sizes.values()].map(Number)) * (node.inputCount + 1) * stepsPerTerm;
    },
    infer: (node) => {
      const { output, sizes } = parseEquation(
        node.string('equation'),
        node.inputs().map((_, index) => node.shape(index)),
      );
      return [{ dtype: node.input(0).dtype, shape: output.map((label) => sizes.get(label) ?? 1) }];
    },
    evaluate: (node, inputs) => {
      const operands = inputs.map(present);
      const equation = parseEquation(
        node.string('equation'),
        operands.map((operand) => operand.shape),
      );
      const shape = equation.output.map((label) => equation.sizes.get(label) ?? 1);
      if (!isStatic(shape)) throw new OperatorError('shape', 'the sizes of the axes are unknown');
      return [numericTensor(operands[0]?.dtype ?? 'float32', shape, sumOfProducts(equation, operands))];
    },
  },
};

function sumOfProducts({ operands: labels, output, sizes }: Equation, operands: readonly Tensor[]): Float64Array {
  const summed = [...sizes.keys()].filter((label) => !output.includes(label));
  const order = [...output, ...summed];
  const extents = order.map((label) => Number(sizes.get(label) ?? 1));
  const sources = operands.map((operand, index) => ({
    values: operand.toFloat64(),
    steps: stepsOf(order, labels[index] ?? [], operand.shape),
  }));
  const outputSize = elementCount(extents.slice(0, output.length));
  const inner = elementCount(extents.slice(output.length));
  const result = new Float64Array(outputSize);
  const counter = extents.map(() => 0);
  const offsets = sources.map(() => 0);
  for (let index = 0; index < outputSize * inner; index++) {
    let term = 1;
    sources.forEach(({ values }, source) => {
      term *= values[offsets[source] ?? 0] ?? 0;
    });
    const target = Math.floor(index / inner);
    result[target] = (result[target] ?? 0) + term;
    for (let axis = extents.length - 1; axis >= 0; axis--) {
      const extent = extents[axis] ?? 1;
      const next = (counter[axis] ?? 0) + 1;
      counter[axis] = next === extent ? 0 : next;
      const moved = next === extent ? 1 - extent : 1;
      sources.forEach(({ steps }, source) => {
        offsets[source] = (offsets[source] ?? 0) + moved * (steps[axis] ?? 0);
      });
      if (next !== extent) break;
    }
  }
  return result;
}

/** The step of each label within an operand; a label that occurs twice moves along the diagonal. */
function stepsOf(order: readonly string[], labels: readonly string[], shape: readonly number[]): readonly number[] {
  const strides = shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
  return order.map((label) =>
    labels.reduce((step, own, axis) => (own === label && shape[axis] !== 1 ? step + (strides[axis] ?? 0) : step), 0),
  );
}
