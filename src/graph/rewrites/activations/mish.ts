import { eitherWay } from '../../ir/graphIndex.ts';
import type { Rewrite } from '../rewrite.ts';

/** `x * tanh(softplus(x))` is a Mish. */
export const findMish: Rewrite = {
  name: 'find-mish',
  operators: ['Mul'],
  match: (node, graph) => {
    const x = eitherWay(node, (value, gate) => {
      const softplus = graph.producer(graph.producer(gate, 'Tanh')?.inputs[0], 'Softplus');
      return softplus?.inputs[0] === value ? value : undefined;
    });
    return x === undefined ? undefined : (edit) => edit.emit('Mish', [x]);
  },
};
