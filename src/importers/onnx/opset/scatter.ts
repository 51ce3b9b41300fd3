import type { OpsetAdapter } from './adapter.ts';

/** The former name of `ScatterElements`. */
export const scatterAdapter: OpsetAdapter = {
  operators: ['Scatter'],
  since: 'always',
  upgrade: ({ node }, edit) => edit.emitLike(node, { operator: 'ScatterElements' }),
};
