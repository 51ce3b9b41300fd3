import { float } from '../../ir/graph.ts';
import { addedNumber, multipliersOf } from '../factors.ts';
import type { Rewrite } from '../rewrite.ts';

/** `clip(x + 3, 0, 6) / 6` is a HardSigmoid. */
export const findHardSigmoid: Rewrite = {
  name: 'find-hard-sigmoid',
  operators: ['Mul', 'Div'],
  match: (node, graph) => {
    const [output = ''] = node.outputs;
    const { number, values } = multipliersOf(output, graph);
    const clip = values.length === 1 ? graph.producer(values[0], 'Clip') : undefined;
    const [low, high] = [graph.numberOf(clip?.inputs[1]), graph.numberOf(clip?.inputs[2])];
    const sum = addedNumber(graph.producer(clip?.inputs[0]), graph);
    if (sum === undefined || low !== 0 || high === undefined || high <= 0 || Math.abs(number * high - 1) > 1e-6) return undefined;
    const attributes = { alpha: float(1 / high), beta: float(sum.number / high) };
    return (edit) => edit.emit('HardSigmoid', [sum.value], attributes);
  },
};
