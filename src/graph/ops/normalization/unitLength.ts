import { numericTensor, present } from '../../ir/numericTensor.ts';
import { OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import { lanes } from '../reduction/lanes.ts';

/**
 * Divides vectors along an axis by their Euclidean length. `guard` and `epsilon` keep the divisor from being 0: `max(‖x‖, ε)` for `norm`,
 * `sqrt(max(‖x‖², ε))` for `square`, `sqrt(‖x‖² + ε)` for `sum`.
 */
export const unitLengthOperators: OperatorFamily = {
  'ncnn:UnitLength': {
    infer: (node) => [{ dtype: node.input(0).dtype, shape: node.input(0).shape }],
    evaluate: (node, [input]) => {
      const x = present(input);
      const { count, length, at } = lanes(x.shape, [node.axis(node.int('axis', -1), x.shape.length)]);
      const [guard, epsilon] = [lengthGuard(node), node.float('epsilon')];
      const values = x.toFloat64().slice();
      for (let lane = 0; lane < count; lane++) {
        let square = 0;
        for (let element = 0; element < length; element++) square += (values[at(lane, element)] ?? 0) ** 2;
        const divisor = guardedRoot(square, guard, epsilon);
        for (let element = 0; element < length; element++) values[at(lane, element)] = (values[at(lane, element)] ?? 0) / divisor;
      }
      return [numericTensor(x.dtype, x.shape, values)];
    },
  },
};

export type LengthGuard = 'norm' | 'square' | 'sum';

export function lengthGuard(node: OperatorNode): LengthGuard {
  const guard = node.string('guard');
  if (guard === 'norm' || guard === 'square' || guard === 'sum') return guard;
  throw new OperatorError('invalid', `the guard "${guard}" does not exist`);
}

function guardedRoot(square: number, guard: LengthGuard, epsilon: number): number {
  if (guard === 'norm') return Math.max(Math.sqrt(square), epsilon);
  return Math.sqrt(guard === 'square' ? Math.max(square, epsilon) : square + epsilon);
}
