import { pinOrFixShapes } from '../../diagnostics/remedies.ts';
import type { GraphBuilder } from '../ir/builder.ts';
import { numericTensor } from '../ir/numericTensor.ts';
import { OperatorError } from '../ir/operator.ts';
import type { Decomposition } from '../ir/rules.ts';
import type { Tensor } from '../ir/tensor.ts';

/**
 * `CumProd` by doubling: products of one element become products of two, four, eight … elements by multiplying them with the products that
 * many positions before.
 */
export const cumulativeProduct: Decomposition = {
  name: 'cumulative-product',
  operators: ['CumProd'],
  decompose: (node, edit) => {
    const { name, dtype } = node.input(0);
    const shape = node.shape(0);
    const signedAxis = node.constant(1)?.toIntegers()[0] ?? (shape.length === 1 ? 0 : undefined);
    if (signedAxis === undefined) throw new OperatorError('unsupported', 'the axis must be a constant', pinOrFixShapes);
    const axis = node.axis(signedAxis, shape.length);
    const size = shape[axis];
    if (typeof size !== 'number') throw new OperatorError('shape', `the size of axis ${axis} is dynamic`);
    const reverse = node.int('reverse', 0) === 1;
    let products = name;
    for (let reach = 1; reach < size; reach *= 2) {
      const [front, back] = [edit.slice(products, axis, 0, size - reach), edit.slice(products, axis, reach, size)];
      const longer = edit.emit('Mul', [back, front]);
      const unchanged = reverse ? edit.slice(products, axis, size - reach, size) : edit.slice(products, axis, 0, reach);
      products = edit.emit('Concat', reverse ? [longer, unchanged] : [unchanged, longer], { axis });
    }
    if (node.int('exclusive', 0) === 0) return products;
    return edit.emit('Concat', shifted(edit, products, { axis, size, reverse, one: oneOf(edit, shape, axis, dtype) }), { axis });
  },
};

function oneOf(edit: GraphBuilder, shape: readonly (number | string)[], axis: number, dtype: Tensor['dtype']): string {
  const sizes = shape.map((entry, index) => (index === axis ? 1 : entry));
  const known = sizes.every((entry) => typeof entry === 'number') ? sizes.map(Number) : undefined;
  if (known === undefined) throw new OperatorError('shape', 'axes other than that of the product are dynamic');
  const count = known.reduce((product, entry) => product * entry, 1);
  edit.reserve(count);
  return edit.constant(numericTensor(dtype, known, new Float32Array(count).fill(1)));
}

interface Shift {
  readonly axis: number;
  readonly size: number;
  readonly reverse: boolean;
  readonly one: string;
}

/** Shifts every product by one position, so that it excludes the element at its own position. */
function shifted(edit: GraphBuilder, products: string, { axis, size, reverse, one }: Shift): readonly string[] {
  if (size < 2) return [one];
  return reverse ? [edit.slice(products, axis, 1, size), one] : [one, edit.slice(products, axis, 0, size - 1)];
}
