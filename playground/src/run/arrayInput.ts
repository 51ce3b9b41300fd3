import type { NcnnTensor } from '../../../src/runtime/types.ts';
import { element } from '../dom/element.ts';
import type { InputControl } from './inputControl.ts';

/** Values of a `.npy` file, as `numpy.save` writes it; random ones until one is chosen. */
export function arrayInput({ name }: NcnnTensor, run: () => Promise<void>): InputControl {
  let file: File | undefined;
  const said = element('span', { class: 'about' }, 'random values until a file is chosen');
  const input = element('input', {
    type: 'file',
    accept: '.npy',
    'aria-label': `Array for ${name}`,
    onchange: () => {
      [file] = input.files ?? [];
      said.textContent = file?.name ?? '';
      void run();
    },
  });
  return {
    element: element('div', { class: 'row' }, element('label', { class: 'choose' }, input, '.npy file'), said),
    source: async () => (file === undefined ? { kind: 'random' } : { kind: 'array', file, name: file.name }),
    dispose: () => {},
  };
}
