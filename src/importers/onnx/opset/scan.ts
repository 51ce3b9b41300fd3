import { OperatorError } from '../../../graph/ir/operator.ts';
import type { OpsetAdapter } from './adapter.ts';

/** In operator set 8 a scan has a batch axis and lengths of sequences, which it lost in 9. */
export const scanAdapter: OpsetAdapter = {
  operators: ['Scan'],
  since: 9,
  upgrade: () => {
    throw new OperatorError(
      'unsupported',
      'the Scan of operator set 8 cannot be written with a newer one',
      'Export the model for a newer operator set.',
    );
  },
};
