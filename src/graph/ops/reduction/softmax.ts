import { type Operator, OperatorError, type OperatorFamily } from '../../ir/operator.ts';
import { allocate, Tensor } from '../../ir/tensor.ts';
import { rounding } from '../elementwise/map.ts';
import { alongAxis } from '../rules/axes.ts';
import { lanes } from './lanes.ts';

/** Softmax and its variants along one axis. */
export const softmaxOperators: OperatorFamily = {
  Softmax: byLane((lane) => {
    const total = exponentials(lane);
    for (let index = 0; index < lane.length; index++) lane[index] = (lane[index] ?? 0) / total;
  }),
  LogSoftmax: byLane((lane) => {
    const largest = lane.reduce((max, value) => Math.max(max, value), -Infinity);
    const total = Math.log(lane.reduce((sum, value) => sum + Math.exp(value - largest), 0));
    for (let index = 0; index < lane.length; index++) lane[index] = (lane[index] ?? 0) - largest - total;
  }),
  Hardmax: byLane((lane) => {
    let best = 0;
    for (let index = 1; index < lane.length; index++) if ((lane[index] ?? 0) > (lane[best] ?? 0)) best = index;
    lane.fill(0);
    lane[best] = 1;
  }),
};

function exponentials(lane: Float64Array): number {
  const largest = lane.reduce((max, value) => Math.max(max, value), -Infinity);
  for (let index = 0; index < lane.length; index++) lane[index] = Math.exp((lane[index] ?? 0) - largest);
  return lane.reduce((sum, value) => sum + value, 0);
}

function byLane(transform: (lane: Float64Array) => void): Operator {
  return {
    ...alongAxis(-1),
    infer: (node) => [{ dtype: node.input(0).dtype, shape: node.input(0).shape }],
    evaluate: (node, [x]) => {
      if (x === undefined) return [];
      const axis = node.axis(node.int('axis', -1), x.shape.length);
      const { count, length, at } = lanes(x.shape, [axis]);
      const result = allocate(x.dtype === 'string' ? 'float32' : x.dtype, x.size);
      if (result instanceof BigInt64Array || result instanceof BigUint64Array)
        throw new OperatorError('invalid', `operands of the type ${x.dtype} are not supported`);
      const values = x.toFloat64();
      const round = rounding(x.dtype);
      const lane = new Float64Array(length);
      for (let index = 0; index < count; index++) {
        for (let element = 0; element < length; element++) lane[element] = values[at(index, element)] ?? 0;
        transform(lane);
        for (let element = 0; element < length; element++) result[at(index, element)] = round(lane[element] ?? 0);
      }
      return [Tensor.of(x.dtype, x.shape, result)];
    },
  };
}
