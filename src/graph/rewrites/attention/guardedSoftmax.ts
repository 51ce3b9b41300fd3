import type { Node } from '../../ir/graph.ts';
import type { GraphView } from '../../ir/graphIndex.ts';
import { isFloat } from '../../ir/tensor.ts';
import type { Rewrite } from '../rewrite.ts';
import { hasNumbersInRows } from './softmaxGuard.ts';

/**
 * The lowest finite number of float16, or nearly that of float32 for wider types. Next to any larger score its exponential is 0, like that
 * of -infinity.
 */
function lowest(dtype: string): number {
  return dtype === 'float16' ? -65504 : -3.3895313892515355e38;
}

/**
 * `Where(masked, constant, Softmax(x))`, which attention uses for rows that are masked completely: Softmax gives NaN there, and the
 * condition replaces it. ncnn cannot remove a NaN, so the scores get a finite lower bound, which avoids the NaN and changes no other row.
 */
export const guardSoftmax: Rewrite = {
  name: 'guard-softmax',
  operators: ['Softmax'],
  match: (node, graph) => {
    const [scores = ''] = node.inputs;
    const [result = ''] = node.outputs;
    const dtype = graph.typeOf(result)?.dtype;
    if (dtype === undefined || !isFloat(dtype) || !isReplaced(result, graph) || hasNumbersInRows(scores, graph)) return undefined;
    const bound = lowest(dtype);
    if (graph.producer(scores, 'Max')?.inputs.some((input) => graph.numberOf(input) === bound)) return undefined;
    return (edit) => edit.emitLike(node, { inputs: [edit.emit('Max', [scores, edit.scalar(bound, dtype, 'lowest')], {}, 'bounded')] });
  },
};

/** Whether all readers of a value, directly or through a Cast or Reshape, are Where nodes that replace it by a constant. */
function isReplaced(name: string, graph: GraphView): boolean {
  const readers = graph.readers(name);
  return readers.length > 0 && !graph.isOutput(name) && readers.every((reader) => replaces(reader, name, graph));
}

function replaces(reader: Node, name: string, graph: GraphView): boolean {
  const [first, yes, no] = reader.inputs;
  if (reader.operator === 'Where') return no === name && first !== name && graph.constantOf(yes) !== undefined;
  const passesOn = reader.operator === 'Cast' || (reader.operator === 'Reshape' && first === name);
  return passesOn && isReplaced(reader.outputs[0] ?? '', graph);
}
