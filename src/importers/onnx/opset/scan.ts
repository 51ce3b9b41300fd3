import { OperatorError } from '../../../graph/ir/operator.ts';
import type { OpsetAdapter } from './adapter.ts';

/** The Scan of operator set 8 has a batch axis and sequence lengths, which operator set 9 removed. */
export const scanAdapter: OpsetAdapter = {
  operators: ['Scan'],
  since: 9,
  upgrade: () => {
    throw new OperatorError(
      'unsupported',
      'the Scan of operator set 8 has no equivalent in newer operator sets',
      'Export the model for a newer operator set.',
    );
  },
};
