import { determinant } from '../../../kernels/determinant.ts';
import { elementCount, formatShape } from '../../ir/dimension.ts';
import { numericTensor, present } from '../../ir/numericTensor.ts';
import { OperatorError, type OperatorFamily } from '../../ir/operator.ts';
import { axisSize, operandSize } from '../rules/cost.ts';

/** `Det` of the matrices in the last two axes. */
export const determinantOperators: OperatorFamily = {
  Det: {
    cost: (node) => operandSize(node, 0) * axisSize(node, 0, -1),
    infer: (node) => {
      const shape = node.shape(0);
      const [rows, columns] = shape.slice(-2);
      if (shape.length < 2 || (typeof rows === 'number' && typeof columns === 'number' && rows !== columns)) {
        throw new OperatorError('invalid', `${formatShape(shape)} does not hold square matrices`);
      }
      return [{ dtype: node.input(0).dtype, shape: shape.slice(0, -2) }];
    },
    evaluate: (_node, [x]) => {
      const { shape, dtype } = present(x);
      const elements = present(x).toFloat64();
      const order = shape.at(-1) ?? 0;
      const batch = shape.slice(0, -2);
      const values = Array.from({ length: elementCount(batch) }, (_, index) => determinant(elements, index * order * order, order));
      return [numericTensor(dtype, batch, values)];
    },
  },
};
