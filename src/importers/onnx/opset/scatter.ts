import type { OpsetAdapter } from './adapter.ts';

/** The first name of `ScatterElements`. */
export const scatterAdapter: OpsetAdapter = {
  operators: ['Scatter'],
  since: 'always',
  upgrade: ({ node }, edit) => edit.emitLike(node, { operator: 'ScatterElements' }),
};
