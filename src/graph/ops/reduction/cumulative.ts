import { integerOf } from '../../ir/numericTensor.ts';
import { type Operator, OperatorError, type OperatorFamily } from '../../ir/operator.ts';
import { allocate, Tensor } from '../../ir/tensor.ts';
import { rounding } from '../elementwise/map.ts';
import { alongListedAxes } from '../rules/axes.ts';
import { lanes } from './lanes.ts';

/** Cumulative sums and products along an axis, which is an operand. */
export const cumulativeOperators: OperatorFamily = {
  CumSum: cumulative(
    0,
    (total, value) => total + value,
    (total, value) => total + value,
  ),
  CumProd: cumulative(
    1,
    (total, value) => total * value,
    (total, value) => BigInt.asIntN(64, total * value),
  ),
};

function cumulative(
  initial: 0 | 1,
  number: (total: number, value: number) => number,
  integer: (total: bigint, value: bigint) => bigint,
): Operator {
  return {
    axesInput: 1,
    ...alongListedAxes(1),
    infer: (node) => [{ dtype: node.input(0).dtype, shape: node.input(0).shape }],
    evaluate: (node, [x, axisTensor]) => {
      if (x === undefined || axisTensor === undefined) return [];
      const { dtype } = x;
      if (dtype === 'string') throw new OperatorError('invalid', 'operands of the type string are not supported');
      const reverse = node.int('reverse', 0) !== 0;
      const exclusive = node.int('exclusive', 0) !== 0;
      const { count, length, at } = lanes(x.shape, [node.axis(axisTensor.scalar(), x.shape.length)]);
      const values = x.values();
      const result = allocate(dtype, x.size);
      const place = (lane: number, step: number): number => at(lane, reverse ? length - 1 - step : step);
      const round = rounding(dtype);
      for (let lane = 0; lane < count; lane++) {
        if (result instanceof BigInt64Array || result instanceof BigUint64Array) {
          let total = BigInt(initial);
          for (let step = 0; step < length; step++) {
            const index = place(lane, step);
            const next = integer(total, integerOf(values[index] ?? 0));
            result[index] = exclusive ? total : next;
            total = next;
          }
        } else {
          let total: number = initial;
          for (let step = 0; step < length; step++) {
            const index = place(lane, step);
            const next = number(total, Number(values[index]));
            result[index] = round(exclusive ? total : next);
            total = next;
          }
        }
      }
      return [Tensor.of(dtype, x.shape, result)];
    },
  };
}
