import { type Dimension, derive, elementCount, isStatic } from '../../ir/dimension.ts';
import { numericTensor, present } from '../../ir/numericTensor.ts';
import { OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import { axisPads, axisValues } from '../window.ts';

/** `MaxUnpool`: writes each value to the position where MaxPool found it, and zeros elsewhere. */
export const unpoolOperators: OperatorFamily = {
  MaxUnpool: {
    infer: (node) => {
      const outputShape = node.optionalInput(2) === undefined ? unpooledShape(node) : node.dimensions(2);
      const shape = outputShape ?? node.shape(0).map((size, axis) => (axis < 2 ? size : node.symbol(axis)));
      return [{ dtype: node.input(0).dtype, shape }];
    },
    evaluate: (node, [x, indices, outputShape]) => {
      const natural = unpooledShape(node);
      if (!isStatic(natural)) throw new OperatorError('shape', 'the sizes of the pooling are unknown');
      const shape = outputShape?.toIntegers() ?? natural;
      const result = new Float64Array(elementCount(shape));
      const values = present(x).toFloat64();
      const places = present(indices).toIntegers();
      places.forEach((place, index) => {
        result[placed(place, natural, shape)] = values[index] ?? 0;
      });
      return [numericTensor(present(x).dtype, shape, result)];
    },
  },
};

function unpooledShape(node: OperatorNode): readonly Dimension[] {
  const [batch = 1, channels = 1, ...spatial] = node.shape(0);
  const kernel = node.ints('kernel_shape');
  const strides = axisValues(node, 'strides', spatial.length, 1);
  const pads = axisPads(node, spatial.length);
  const sizes = spatial.map((size, axis) => {
    const stride = strides[axis] ?? 1;
    const offset = (kernel[axis] ?? 1) - stride - (pads[axis] ?? 0) - (pads[axis + spatial.length] ?? 0);
    return derive(
      size,
      (known) => known * stride + offset,
      (symbol) => `${stride}*${symbol}+${offset}`,
    );
  });
  return [batch, channels, ...sizes];
}

/** Converts an index into a tensor of shape `from` to the index of the same position in shape `to`. */
function placed(index: number, from: readonly number[], to: readonly number[]): number {
  let remaining = index;
  let step = 1;
  let result = 0;
  for (let axis = from.length - 1; axis >= 0; axis--) {
    const size = from[axis] ?? 1;
    result += (remaining % size) * step;
    remaining = Math.floor(remaining / size);
    step *= to[axis] ?? 1;
  }
  return result;
}
