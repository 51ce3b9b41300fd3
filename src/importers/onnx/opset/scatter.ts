import { changeNode, type OpsetAdapter } from './adapter.ts';

/** The first name of `ScatterElements`. */
export const scatterAdapter: OpsetAdapter = {
  operators: ['Scatter'],
  since: 'always',
  upgrade: (node) => [changeNode(node.node, { operator: 'ScatterElements' })],
};
