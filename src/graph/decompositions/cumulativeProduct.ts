import { OperatorError } from '../ir/operator.ts';
import type { Tensor } from '../ir/tensor.ts';
import { numericTensor } from '../ops/numeric.ts';
import { type Decomposition, sliced, type Writer } from './decomposition.ts';

/**
 * `CumProd` by doubling: the products of one element each become those of two, four, eight … by multiplying them with
 * the ones that many places before.
 */
export const cumulativeProduct: Decomposition = {
  name: 'cumulative-product',
  operators: ['CumProd'],
  decompose: (node, write) => {
    const { name, dtype } = node.input(0);
    const shape = node.shape(0);
    const given = node.constant(1)?.toIntegers()[0] ?? (shape.length === 1 ? 0 : undefined);
    if (given === undefined) throw new OperatorError('unsupported', 'the axis must be a constant', 'Pin it with `const=NAME:VALUE`.');
    const axis = node.axis(given, shape.length);
    const size = shape[axis];
    if (typeof size !== 'number') throw new OperatorError('shape', `the size of axis ${axis} is free`, 'Fix it with `shape=NAME:…`.');
    const reverse = node.int('reverse', 0) === 1;
    let products = name;
    for (let reach = 1; reach < size; reach *= 2) {
      const [front, back] = [sliced(write, products, axis, 0, size - reach), sliced(write, products, axis, reach, size)];
      const longer = write.node('Mul', [back, front]);
      const kept = reverse ? sliced(write, products, axis, size - reach, size) : sliced(write, products, axis, 0, reach);
      products = write.node('Concat', reverse ? [longer, kept] : [kept, longer], { axis });
    }
    if (node.int('exclusive', 0) === 0) write.result(0, 'Identity', [products]);
    else write.result(0, 'Concat', shifted(write, products, { axis, size, reverse, one: oneOf(write, shape, axis, dtype) }), { axis });
    return true;
  },
};

function oneOf(write: Writer, shape: readonly (number | string)[], axis: number, dtype: Tensor['dtype']): string {
  const sizes = shape.map((entry, index) => (index === axis ? 1 : entry));
  const known = sizes.every((entry) => typeof entry === 'number') ? sizes.map(Number) : undefined;
  if (known === undefined) throw new OperatorError('shape', 'axes beside that of the products are free', 'Fix them with `shape=NAME:…`.');
  const count = known.reduce((product, entry) => product * entry, 1);
  return write.constant(numericTensor(dtype, known, new Float32Array(count).fill(1)));
}

interface Shift {
  readonly axis: number;
  readonly size: number;
  readonly reverse: boolean;
  readonly one: string;
}

/** Every product one place on, so that it does not hold the element at its own place. */
function shifted(write: Writer, products: string, { axis, size, reverse, one }: Shift): readonly string[] {
  if (size < 2) return [one];
  return reverse ? [sliced(write, products, axis, 1, size), one] : [one, sliced(write, products, axis, 0, size - 1)];
}
