import { eitherWay } from '../../ir/graphIndex.ts';
import type { Rewrite } from '../rewrite.ts';

/** `x * sigmoid(x)` is a Swish. */
export const findSwish: Rewrite = {
  name: 'find-swish',
  operators: ['Mul'],
  match: (node, graph) => {
    const x = eitherWay(node, (value, gate) => (graph.producer(gate, 'Sigmoid')?.inputs[0] === value ? value : undefined));
    return x === undefined ? undefined : (edit) => edit.emit('Swish', [x]);
  },
};
