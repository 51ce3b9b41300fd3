import { failureOf, isAbandoned } from '../app/openModel.ts';
import type { CallWorker } from '../app/panels.ts';
import { button, element } from '../dom/element.ts';
import { formatSizes, formatValue } from '../dom/format.ts';
import { innerShape } from '../run/outputViews.ts';
import { drawPlane, planesOf } from '../run/views/heatMap.ts';
import { drawWave } from '../run/views/waveform.ts';
import type { BlobComparison, OutputTensor } from '../worker/messages.ts';

/** Number of values listed side by side. */
const listed = 24;

export interface BlobDialog {
  readonly element: HTMLDialogElement;
  /** Shows a blob by name: as the net computes it on the last inputs, beside the source. */
  readonly open: (name: string) => Promise<void>;
}

/** Looks at a blob: net and source side by side, and their difference. */
export function blobDialog(call: CallWorker): BlobDialog {
  const title = element('h2', { id: 'blob-title' });
  const body = element('div', { 'aria-live': 'polite' });
  const close = button('×', () => dialog.close(), { class: 'close', 'aria-label': 'Close' });
  const dialog: HTMLDialogElement = element('dialog', { class: 'blobDialog', 'aria-labelledby': 'blob-title' }, close, title, body);
  let current = '';
  const open = async (name: string): Promise<void> => {
    current = name;
    title.textContent = name;
    body.replaceChildren(element('p', { class: 'about' }, 'Computing the blob, and the source up to it …'));
    if (!dialog.open) dialog.showModal();
    try {
      const comparison = await call('blob', name);
      if (current === name) body.replaceChildren(...blobParts(comparison));
    } catch (error) {
      if (!isAbandoned(error)) body.replaceChildren(element('p', { class: 'problem' }, failureOf(error).message));
    }
  };
  return { element: dialog, open };
}

function blobParts({ net, source, comparison, reason }: BlobComparison): readonly HTMLElement[] {
  const difference = source === undefined ? undefined : differenceOf(net, source);
  const shown = [
    { title: 'Net', tensor: net },
    ...(source === undefined ? [] : [{ title: 'Source', tensor: { ...source, shape: likeNet(source, net) } }]),
    ...(difference === undefined ? [] : [{ title: 'Difference', tensor: difference }]),
  ];
  const figures = shown.map(({ title, tensor }) => figureOf(title, tensor));
  const { count } = planesOf(net);
  const label = element('output', {}, `1 of ${count}`);
  const slider = element('input', {
    type: 'range',
    min: 0,
    max: count - 1,
    value: 0,
    'aria-label': 'Channel',
    oninput: () => {
      label.textContent = `${Number(slider.value) + 1} of ${count}`;
      for (const { show } of figures) show(Number(slider.value));
    },
  });
  const summary =
    comparison === undefined
      ? (reason ?? '')
      : `Largest difference ${formatValue(comparison.maxAbsolute)}, as a share of the value ${formatValue(comparison.maxRelative)}: ${comparison.ok ? 'they agree' : 'they differ'}.`;
  return [
    element('p', { class: comparison?.ok === false ? 'problem' : 'about' }, summary),
    ...(count > 1 ? [element('div', { class: 'row' }, 'Channel', slider, label)] : []),
    element('div', { class: 'blobFigures' }, ...figures.map(({ element: figure }) => figure)),
    valueTable(shown),
  ];
}

/** The shape of the source if its planes are those of the net, otherwise that of the net: the elements have the same order. */
function likeNet(source: OutputTensor, net: OutputTensor): readonly number[] {
  const elements = source.shape.reduce((product, size) => product * size, 1);
  return elements === source.data.length ? source.shape : net.shape;
}

function differenceOf(net: OutputTensor, source: OutputTensor): OutputTensor {
  return {
    name: net.name,
    shape: net.shape,
    data: Float32Array.from(net.data, (value, index) => Math.abs(value - (source.data[index] ?? 0))),
  };
}

interface Figure {
  readonly element: HTMLElement;
  readonly show: (plane: number) => void;
}

/** A tensor as a heat map, or as a waveform if it is a list. */
function figureOf(title: string, tensor: OutputTensor): Figure {
  const isList = innerShape(tensor.shape).length < 2;
  const canvas = element('canvas', { class: isList ? 'wave' : 'heat', role: 'img', 'aria-label': title });
  const range = element('span', { class: 'about' });
  const show = (plane: number): void => {
    const { smallest, largest } = drawPlane(canvas, tensor, plane);
    range.textContent = `${formatSizes(tensor.shape)}, from ${formatValue(smallest)} to ${formatValue(largest)}`;
    if (isList) requestAnimationFrame(() => drawWave(canvas, tensor.data));
  };
  show(0);
  return { element: element('figure', {}, canvas, element('figcaption', {}, element('b', {}, title), ' ', range)), show };
}

function valueTable(shown: readonly { readonly title: string; readonly tensor: OutputTensor }[]): HTMLElement {
  const length = Math.min(listed, shown[0]?.tensor.data.length ?? 0);
  const rows = Array.from({ length }, (_, index) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, String(index)),
      ...shown.map(({ tensor }) => element('td', { class: 'number' }, formatValue(tensor.data[index] ?? 0))),
    ),
  );
  const head = ['Element', ...shown.map(({ title }) => title)].map((title) => element('th', { scope: 'col' }, title));
  return element(
    'details',
    {},
    element('summary', {}, 'First values'),
    element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...rows)),
  );
}
