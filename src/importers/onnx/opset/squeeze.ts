import { integersToInput, type Normalisation } from './adapter.ts';

/** Before operator set 13 the axes are an attribute. */
export const squeeze: Normalisation = {
  operators: ['Squeeze', 'Unsqueeze'],
  since: 13,
  normalise: (node, context) => [integersToInput(node, 'axes', 1, context)],
};
