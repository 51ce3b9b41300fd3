import type { NcnnTensor } from '../../../src/runtime/types.ts';
import { element } from '../dom/element.ts';
import { formatSizes } from '../dom/format.ts';
import type { InputControl } from './inputControl.ts';

/** Random values: floats from −1 to 1, integers 0 or 1. */
export function randomInput({ shape, dtype }: NcnnTensor): InputControl {
  const range = /int|bool/.test(dtype) ? '0 or 1' : 'from −1 to 1';
  return {
    element: element(
      'p',
      { class: 'about' },
      `Random values ${range} of the shape ${formatSizes(shape)}; dynamic sizes are 1 for samples and 64 elsewhere.`,
    ),
    source: async () => ({ kind: 'random' }),
    dispose: () => {},
  };
}
