import { elementCount } from '../../ir/dimension.ts';
import type { GraphView } from '../../ir/graphIndex.ts';
import type { Rewrite } from '../rewrite.ts';

/**
 * `Where(IsNaN(s), 0, s)` of a softmax `s` is the softmax if no row can be masked completely. PyTorch's newer exporter writes this guard
 * after every attention. Scores that are not finite then give NaN.
 */
export const dropSoftmaxGuard: Rewrite = {
  name: 'drop-softmax-guard',
  operators: ['Where'],
  match: (node, graph) => {
    const [condition, zero, value = ''] = node.inputs;
    const softmax = graph.producer(value, 'Softmax');
    if (softmax === undefined || graph.numberOf(zero) !== 0 || graph.producer(condition, 'IsNaN')?.inputs[0] !== value) return undefined;
    return hasNumbersInRows(softmax.inputs[0], graph) ? () => value : undefined;
  },
};

/**
 * Whether scores are known to contain a number in every row: they are products, and their summands are constants that are finite somewhere.
 */
export function hasNumbersInRows(name: string | undefined, graph: GraphView): boolean {
  const producer = graph.producer(name);
  if (producer === undefined) return false;
  if (producer.operator === 'Add') {
    const [left, right] = producer.inputs;
    const [mask, scores] = graph.constantOf(left) === undefined ? [right, left] : [left, right];
    return hasFiniteRows(mask, graph) && hasNumbersInRows(scores, graph);
  }
  return ['MatMul', 'Mul', 'Div', 'Gemm'].includes(producer.operator);
}

function hasFiniteRows(name: string | undefined, graph: GraphView): boolean {
  const mask = graph.constantOf(name);
  if (mask === undefined) return false;
  const values = mask.toFloat64();
  const row = mask.shape.at(-1) ?? 1;
  return Array.from({ length: elementCount(mask.shape.slice(0, -1)) }, (_, index) => values.subarray(index * row, (index + 1) * row)).every(
    (scores) => scores.some(Number.isFinite),
  );
}
