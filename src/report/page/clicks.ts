import type { PageActions } from './actions.ts';
import type { ReportPage } from './page.ts';

/** Handles clicks on nodes, edges, buttons and links to layers. Its source is copied into the page, so it must be self-contained. */
export function listenForClicks(page: ReportPage, { go, show, zoom, onBlob }: PageActions, signal: AbortSignal): void {
  const onClick = (event: MouseEvent): void => {
    const { target } = event;
    if (!(target instanceof Element)) return;
    const attribute = (selector: string, name: string): string | undefined => target.closest(selector)?.getAttribute(name) ?? undefined;
    const place = attribute('.graph [data-place]', 'data-place');
    const blob = attribute('.edges [data-blob]', 'data-blob');
    const how = attribute('[data-zoom]', 'data-zoom');
    const which = attribute('[data-show]', 'data-show');
    const layer = attribute('[data-layer]', 'data-layer');
    if (place !== undefined) go(Number(place), false);
    else if (blob !== undefined) onBlob?.(blob);
    else if (how !== undefined) zoom(how);
    else if (which !== undefined) show(which);
    else if (layer !== undefined) {
      event.preventDefault();
      if (page.which !== 'after') show('after');
      page.root.querySelector('.explorer')?.scrollIntoView({ block: 'start' });
      go(page.net().nodes.findIndex((node) => node.layer?.id === Number(layer)));
    }
  };
  page.root.addEventListener('click', onClick, { signal });
}
