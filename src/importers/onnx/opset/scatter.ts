import { changeNode, type Normalisation } from './adapter.ts';

/** The first name of `ScatterElements`. */
export const scatter: Normalisation = {
  operators: ['Scatter'],
  since: 'always',
  normalise: (node) => [changeNode(node.node, { operator: 'ScatterElements' })],
};
