import { changeNode, type Normalization } from './adapter.ts';

/** The first name of `ScatterElements`. */
export const scatter: Normalization = {
  operators: ['Scatter'],
  since: 'always',
  normalize: (node) => [changeNode(node.node, { operator: 'ScatterElements' })],
};
