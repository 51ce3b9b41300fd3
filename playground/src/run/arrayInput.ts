import type { NcnnTensor } from '../../../src/runtime/types.ts';
import { element } from '../dom/element.ts';
import { fileButton } from '../dom/fileButton.ts';
import type { InputControl } from './inputControl.ts';

/** Values of a `.npy` file, as `numpy.save` writes it; random ones until one is chosen. */
export function arrayInput({ name }: NcnnTensor, run: () => Promise<void>): InputControl {
  let file: File | undefined;
  const fileName = element('span', { class: 'about' }, 'random values until a file is chosen');
  const choose = fileButton({ label: '.npy file', accept: '.npy', name: `Array for ${name}` }, (chosen) => {
    file = chosen;
    fileName.textContent = file?.name ?? '';
    void run();
  });
  return {
    element: element('div', { class: 'row' }, choose, fileName),
    source: async () => (file === undefined ? { kind: 'random' } : { kind: 'array', file, name: file.name }),
    dispose: () => {},
  };
}
