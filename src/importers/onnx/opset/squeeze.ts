import { integersToInput, type OpsetAdapter } from './adapter.ts';

/** Before operator set 13 the axes are an attribute. */
export const squeezeAdapter: OpsetAdapter = {
  operators: ['Squeeze', 'Unsqueeze'],
  since: 13,
  upgrade: (node, edit) => integersToInput(node, 'axes', 1, edit),
};
