import { element } from '../dom/element.ts';
import { type Example, examples } from './examples.ts';
import { chosenFiles, type FilesByPath, transferredFiles } from './filesByPath.ts';

export interface DropActions {
  readonly open: (files: FilesByPath) => void;
  readonly openExample: (example: Example) => void;
}

/** Where files are dropped or chosen, with the examples. The whole page takes drops and pasted files. */
export function dropZone({ open, openExample }: DropActions): HTMLElement {
  const chooser = (label: string, folder: boolean): HTMLElement => {
    const input = element('input', {
      type: 'file',
      multiple: true,
      ...(folder ? { webkitdirectory: true } : {}),
      onchange: () => {
        const files = chosenFiles(input.files);
        input.value = '';
        if (files.size > 0) open(files);
      },
    });
    return element('label', { class: 'choose' }, input, label);
  };
  listenForDrops(open);
  const buttons = examples.map((example) =>
    element(
      'button',
      { type: 'button', class: 'example', 'data-example': example.key, onclick: () => openExample(example) },
      element('strong', {}, example.title),
      element('span', {}, example.about),
    ),
  );
  return element(
    'section',
    { class: 'drop', 'aria-label': 'Open a model' },
    element(
      'div',
      { class: 'dropText' },
      element('p', { class: 'lead' }, 'Drop a model anywhere on this page'),
      element(
        'p',
        { class: 'about' },
        '.onnx with its data, .prototxt and .caffemodel, -symbol.json and .params, .pt2, .pt, .param and .bin: single files, several, or a folder. They stay on this device.',
      ),
      element('div', { class: 'row' }, chooser('Choose files', false), chooser('Choose a folder', true)),
    ),
    element('div', { class: 'examples', role: 'group', 'aria-label': 'Examples' }, ...buttons),
  );
}

function listenForDrops(open: (files: FilesByPath) => void): void {
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;
  document.addEventListener('dragover', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    document.body.classList.add('dropping');
  });
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) document.body.classList.remove('dropping');
  });
  document.addEventListener('drop', async (event) => {
    document.body.classList.remove('dropping');
    if (event.dataTransfer === null || !hasFiles(event)) return;
    event.preventDefault();
    open(await transferredFiles(event.dataTransfer));
  });
}
