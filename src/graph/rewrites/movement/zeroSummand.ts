import type { GraphView } from '../../ir/graphIndex.ts';
import type { Rewrite } from '../rewrite.ts';

/** A sum with a constant of zeros is the other summand, such as attention scores with a mask that masks nothing. */
export const dropZeroSummand: Rewrite = {
  name: 'drop-zero-summand',
  operators: ['Add'],
  match: (node, graph) => {
    const [left = '', right = ''] = node.inputs;
    if (isZeros(right, graph)) return () => left;
    return isZeros(left, graph) ? () => right : undefined;
  },
};

function isZeros(name: string, graph: GraphView): boolean {
  const value = graph.constantOf(name);
  return value !== undefined && value.dtype !== 'string' && value.values().every((entry) => Number(entry) === 0);
}
