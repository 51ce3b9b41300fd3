import type { LayerTime } from '../../../src/execution/layerTimes.ts';
import { element } from '../dom/element.ts';
import { formatTime } from '../dom/format.ts';

/** Times of the layers in their order, with bars beside. */
export function layerTable(times: readonly LayerTime[], runs: number): HTMLElement {
  const total = times.reduce((sum, { median }) => sum + median, 0);
  const longest = times.reduce((most, { median }) => Math.max(most, median), 0);
  const rows = times.map(({ layer, type, median }) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, layer),
      element('td', {}, type),
      element('td', {}, element('meter', { min: 0, max: longest || 1, value: median, 'aria-label': `Time of ${layer}` })),
      element('td', { class: 'number' }, formatTime(median)),
      element('td', { class: 'number' }, `${total === 0 ? 0 : ((100 * median) / total).toFixed(1)} %`),
    ),
  );
  const head = ['Layer', 'Type', '', 'Time', 'Share'].map((title) => element('th', { scope: 'col' }, title));
  return element(
    'section',
    { class: 'layerTimes', 'aria-label': 'Time by layer' },
    element('h3', {}, `Time by layer: ${formatTime(total)} `, element('small', {}, `median of ${runs} runs`)),
    element(
      'div',
      { class: 'scroll numbers', tabindex: 0, role: 'region', 'aria-label': 'Times of the layers' },
      element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...rows)),
    ),
  );
}
