import { reductionAxes } from '../../ops/reduction/reduce.ts';
import type { Rewrite } from '../rewrite.ts';

/**
 * A softmax that is written with exponentials:
 *
 *     e = Exp(x), Div(e, ReduceSum(e, axis, keepdims))     becomes     Softmax(x, axis)
 *
 * Softmax subtracts the maximum of x first, which changes nothing in exact arithmetic: exp(x - m) / sum exp(x - m) = exp(x) / sum exp(x). So
 * a subtraction of the maximum in the model is left out, too. Without it, exponentials overflow from 89 on in fp32, and from 12 on in fp16.
 * The exponentials have no other reader.
 */
export const findWrittenSoftmax: Rewrite = {
  name: 'find-written-softmax',
  operators: ['Div'],
  match: (node, graph) => {
    const [value = '', total = ''] = node.inputs;
    const [exponential, sum] = [graph.producer(value, 'Exp'), graph.producer(total, 'ReduceSum')];
    const shape = graph.typeOf(value)?.shape;
    if (exponential === undefined || sum?.inputs[0] !== value || shape === undefined) return undefined;
    const view = graph.view(sum);
    const [axis, ...others] = reductionAxes(view, shape.length) ?? [];
    const isShared = graph.isOutput(value) || graph.readerCount(value) !== 2 || !graph.isOnlyRead(total, node);
    if (axis === undefined || others.length > 0 || view.int('keepdims', 1) !== 1 || isShared) return undefined;
    const [x = ''] = exponential.inputs;
    const difference = graph.producer(x, 'Sub');
    const [minuend = '', maximum = ''] = difference?.inputs ?? [];
    const reduced = graph.producer(maximum, 'ReduceMax');
    const [first, ...more] = reduced === undefined ? [] : (reductionAxes(graph.view(reduced), shape.length) ?? []);
    const isOfMaximum =
      reduced?.inputs[0] === minuend && first === axis && more.length === 0 && graph.view(reduced).int('keepdims', 1) === 1;
    return (edit) => edit.emit('Softmax', [isOfMaximum ? minuend : x], { axis });
  },
};
