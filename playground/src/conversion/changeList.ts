import { element } from '../dom/element.ts';
import type { Change } from './changes.ts';

/** Figures beside those of the previous conversion. */
export function changeList(changes: readonly Change[]): HTMLElement {
  const entries = changes.map(({ title, before, now, change }) =>
    element(
      'div',
      {},
      element('dt', {}, title),
      element('dd', {}, before === '' || before === now ? now : `${before} → ${now}`, ' ', element('b', {}, change)),
    ),
  );
  return element(
    'section',
    { class: 'changes', 'aria-label': 'Compared with the previous conversion' },
    element('h2', {}, 'Compared with the previous one'),
    element('dl', {}, ...entries),
  );
}
