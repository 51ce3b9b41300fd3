import { formatBytes } from '../../../src/diagnostics/render.ts';
import { element } from '../dom/element.ts';
import { chosenFiles, type FilesByPath } from './filesByPath.ts';

/** The files of the open model, and what is missing. */
export interface FilesCard {
  readonly element: HTMLElement;
  readonly show: (files: FilesByPath, model: string, others: readonly string[]) => void;
  readonly ask: (missing: readonly string[]) => void;
}

export interface FilesCardActions {
  /** Opens another model of the same folder. */
  readonly open: (model: string) => void;
  /** Accepts a file under the name of a missing one. */
  readonly add: (name: string, file: File) => void;
}

/** Maximum number of listed files of a folder. */
const maxListed = 12;

export function filesCard({ open, add }: FilesCardActions): FilesCard {
  const list = element('ul', { class: 'fileList' });
  const others = element('div');
  const missing = element('div', { role: 'alert' });
  return {
    element: element('section', { class: 'card files', 'aria-label': 'Files' }, element('h2', {}, 'Files'), list, missing, others),
    show: (files, model, models) => {
      missing.replaceChildren();
      const names = [model, ...[...files.keys()].filter((name) => name !== model)];
      const rest = names.length > maxListed ? [element('li', {}, `${names.length - maxListed} more`)] : [];
      list.replaceChildren(
        ...names.slice(0, maxListed).map((name) => {
          const size = element('span', {}, formatBytes(files.get(name)?.size ?? 0));
          return element('li', name === model ? { class: 'opened' } : {}, element('code', {}, name), size);
        }),
        ...rest,
      );
      others.replaceChildren(...(models.length > 1 ? [modelChoice(models, model, open)] : []));
    },
    ask: (names) => {
      missing.replaceChildren(...names.map((name) => missingFile(name, add)));
    },
  };
}

function modelChoice(models: readonly string[], model: string, open: (model: string) => void): HTMLElement {
  const options = models.slice(0, 500).map((name) => element('option', { value: name, selected: name === model }, name));
  const select = element('select', { id: 'model-choice', onchange: () => open(select.value) }, ...options);
  return element('div', { class: 'field' }, element('label', { for: 'model-choice' }, `${models.length} models`), select);
}

function missingFile(name: string, add: (name: string, file: File) => void): HTMLElement {
  const input = element('input', {
    type: 'file',
    'aria-label': `Choose ${name}`,
    onchange: () => {
      const [file] = chosenFiles(input.files).values();
      if (file !== undefined) add(name, file);
    },
  });
  return element(
    'div',
    { class: 'missing' },
    element('p', {}, 'The model needs ', element('code', {}, name), '. Drop it here, or choose it:'),
    input,
  );
}
