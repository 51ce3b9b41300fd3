import { element } from '../../dom/element.ts';
import { formatValue } from '../../dom/format.ts';
import type { OutputTensor } from '../../worker/messages.ts';
import { innerShape } from '../outputViews.ts';

/** Maximum number of rows and columns shown. */
const [maxRows, maxColumns] = [64, 12];

/** The values of an output as a table, the first ones of many, and their range. */
export function numbersView({ shape, data, columns }: OutputTensor): HTMLElement {
  const inner = innerShape(shape);
  const width = inner.length > 1 ? (inner.at(-1) ?? 1) : Math.min(maxColumns, data.length);
  const shown = Math.min(width, maxColumns);
  const rows: HTMLElement[] = [];
  for (let start = 0; start < data.length && rows.length < maxRows; start += width) {
    const cells = Array.from(data.subarray(start, Math.min(start + shown, data.length)), (value) =>
      element('td', { class: 'number' }, formatValue(value)),
    );
    rows.push(element('tr', {}, element('th', { scope: 'row' }, String(start)), ...cells));
  }
  const head =
    columns === undefined
      ? []
      : [element('thead', {}, element('tr', {}, ...['', ...columns].map((name) => element('th', { scope: 'col' }, name))))];
  const isPart = rows.length * width < data.length || shown < width;
  return element(
    'div',
    {},
    element('p', { class: 'about' }, `${rangeOf(data)}${isPart ? '; the first values' : ''}`),
    element(
      'div',
      { class: 'scroll numbers', tabindex: 0, role: 'region', 'aria-label': 'Values' },
      element('table', {}, ...head, element('tbody', {}, ...rows)),
    ),
  );
}

function rangeOf(data: OutputTensor['data']): string {
  let [smallest, largest, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const value of data) {
    smallest = Math.min(smallest, value);
    largest = Math.max(largest, value);
    sum += value;
  }
  if (data.length === 0) return 'No values';
  return `${data.length} values from ${formatValue(smallest)} to ${formatValue(largest)}, mean ${formatValue(sum / data.length)}`;
}
