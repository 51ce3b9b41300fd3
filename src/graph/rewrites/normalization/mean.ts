import { reductionAxes } from '../../ops/reduction/reduce.ts';
import { isNear, multipliersOf } from '../factors.ts';
import type { Rewrite } from '../rewrite.ts';

/**
 * A sum that is divided by the number of its elements is a mean. A sum of many elements can exceed the range of fp16, a mean cannot.
 *
 *     Div(ReduceSum(x [c, h, w], axes 1 and 2), h * w)     becomes     ReduceMean(x, axes 1 and 2)
 *
 * The sum has no other reader, and its axes have known sizes.
 */
export const findMean: Rewrite = {
  name: 'find-mean',
  operators: ['Div', 'Mul'],
  match: (node, graph) => {
    const { number, values } = multipliersOf(node.outputs[0] ?? '', graph);
    const [value = ''] = values;
    const sum = graph.producer(value, 'ReduceSum');
    const shape = graph.typeOf(sum?.inputs[0])?.shape;
    if (sum === undefined || shape === undefined || values.length !== 1 || graph.readerCount(value) !== 1 || graph.isOutput(value))
      return undefined;
    const count = reductionAxes(graph.view(sum), shape.length)?.reduce((size, axis) => size * Number(shape[axis]), 1);
    // The size of a dynamic axis is NaN. One element has no mean to look for.
    if (count === undefined || !(count > 1) || !isNear(number * count, 1)) return undefined;
    return (edit) => edit.emitLike(sum, { operator: 'ReduceMean' });
  },
};
