import { element } from '../dom/element.ts';
import type { Change } from './changes.ts';

/** Figures beside those before, as a table. */
export function changeTable(changes: readonly Change[]): HTMLElement {
  const head = ['', 'Before', 'Now', ''].map((title) => element('th', { scope: 'col' }, title));
  const rows = changes.map(({ title, before, now, change }) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, title),
      element('td', {}, before),
      element('td', {}, now),
      element('td', { class: 'change' }, change),
    ),
  );
  return element(
    'section',
    { class: 'card changes', 'aria-label': 'Compared with the conversion before' },
    element('h2', {}, 'Compared with before'),
    element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...rows)),
  );
}
