import { formatBytes } from '../../../src/diagnostics/render.ts';
import { failureOf, isAbandoned } from '../app/openModel.ts';
import type { CallWorker, ConversionFacts } from '../app/panels.ts';
import { button, element } from '../dom/element.ts';
import { saveBlob } from '../dom/save.ts';
import { linkOf } from '../options/link.ts';
import { commandLine, importLine } from './conversionLines.ts';
import { copyLine } from './copyLine.ts';

/** What each form is for, and whether it is selected by default; other forms have no remark. */
const remarks: Readonly<Record<string, readonly [remark: string, isChosen: boolean]>> = {
  param: ['the net as text', true],
  bin: ['the weights', true],
  'param.bin': ['the net as bytes', false],
  'id.h': ['ids for C, as ncnn2mem writes them', false],
  'mem.h': ['net and weights for C, as ncnn2mem writes them', false],
  json: ['inputs and outputs, to run the net', true],
  module: ['an ES module, with its weights', true],
  dts: ['its types', true],
  c: ['net and ids for C', false],
  embed: ['net and weights for C, as arrays', false],
  incbin: ['the same, read by the assembler', false],
  cmake: ['for CMake, with the layers that the net needs', false],
  'cmake-args': ['the same as flags', false],
  report: ['a page about the net', true],
};

export interface DownloadPanel {
  readonly element: HTMLElement;
  readonly show: (facts: ConversionFacts, forms: readonly string[]) => void;
  readonly clear: () => void;
}

/** The files of the net to save, and the lines that give the same result in a project. */
export function downloadPanel(call: CallWorker): DownloadPanel {
  const panel = element('div', { class: 'download' });
  const chosen = new Set(Object.entries(remarks).flatMap(([form, [, isChosen]]) => (isChosen ? [form] : [])));
  const status = element('p', { role: 'status', class: 'about' });
  const guarded = async (work: () => Promise<string>): Promise<void> => {
    status.textContent = 'Writing …';
    try {
      status.textContent = await work();
    } catch (error) {
      if (!isAbandoned(error)) status.textContent = failureOf(error).message;
    }
  };
  const saveForm = (form: string): Promise<void> =>
    guarded(async () => {
      const files = await call('emit', [form]);
      for (const { name, blob } of files) saveBlob(name, blob);
      return `Saved ${files.map(({ name, blob }) => `${name} (${formatBytes(blob.size)})`).join(', ')}`;
    });
  const saveChosen = (forms: readonly string[]): Promise<void> =>
    guarded(async () => {
      const { name, blob } = await call(
        'archive',
        forms.filter((form) => chosen.has(form)),
      );
      saveBlob(name, blob);
      return `Saved ${name} (${formatBytes(blob.size)})`;
    });
  return {
    element: panel,
    clear: () => panel.replaceChildren(),
    show: (facts, forms) => {
      const lines = element('div', { class: 'lines' });
      const showLines = (): void =>
        lines.replaceChildren(
          ...linesOf(
            facts,
            forms.filter((form) => chosen.has(form)),
          ),
        );
      const rows = forms.map((form) => formRow(form, chosen, saveForm, showLines));
      showLines();
      status.textContent = '';
      panel.replaceChildren(
        element(
          'section',
          {},
          element('h2', {}, 'Files'),
          element('ul', { class: 'forms' }, ...rows),
          element(
            'div',
            { class: 'row' },
            button('Save the selected files as .zip', () => void saveChosen(forms), { class: 'primary' }),
            status,
          ),
        ),
        lines,
      );
    },
  };
}

function formRow(form: string, chosen: Set<string>, save: (form: string) => Promise<void>, onChange: () => void): HTMLElement {
  const box = element('input', {
    type: 'checkbox',
    checked: chosen.has(form),
    onchange: () => {
      if (box.checked) chosen.add(form);
      else chosen.delete(form);
      onChange();
    },
  });
  const [remark = ''] = remarks[form] ?? [];
  return element(
    'li',
    {},
    element('label', {}, box, element('code', {}, form), element('span', {}, remark)),
    button('Save', () => void save(form), { class: 'plain', 'aria-label': `Save ${form}` }),
  );
}

function linesOf({ options, files, model, example }: ConversionFacts, forms: readonly string[]): readonly HTMLElement[] {
  const named = { model, files };
  const address = new URL(location.href);
  address.hash = linkOf({ example: example?.key, options });
  return [
    element('h2', {}, 'The same in a project'),
    copyLine('Import, with the plugin for Vite, webpack and others', importLine(named, options)),
    copyLine('Command line', commandLine(named, options, forms)),
    copyLine(
      example === undefined ? 'Link that keeps the options; the files stay here' : 'Link to this example with its options',
      address.href,
    ),
  ];
}
