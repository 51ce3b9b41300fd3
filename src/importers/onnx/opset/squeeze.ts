import { integersToInput, type Normalization } from './adapter.ts';

/** Before operator set 13 the axes are an attribute. */
export const squeeze: Normalization = {
  operators: ['Squeeze', 'Unsqueeze'],
  since: 13,
  normalize: (node, context) => [integersToInput(node, 'axes', 1, context)],
};
