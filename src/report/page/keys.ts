import type { PageActions } from './actions.ts';
import type { PageNet } from './net.ts';
import type { ReportPage } from './page.ts';

/**
 * The node that an arrow key moves to: along an edge, or to the left or right among nodes of about the same height. Its source is copied
 * into the page, so it must be self-contained.
 */
export function neighborOf({ nodes, edges }: PageNet, place: number, key: string): number | undefined {
  const here = nodes[place];
  if (key === 'ArrowDown') return edges.find(([from]) => from === place)?.[1];
  if (key === 'ArrowUp') return edges.find(([, to]) => to === place)?.[0];
  const side = key === 'ArrowRight' ? 1 : -1;
  if (here === undefined || (key !== 'ArrowRight' && key !== 'ArrowLeft')) return undefined;
  const beside = nodes
    .map((node, other) => ({ other, distance: (node.x - here.x) * side, apart: Math.abs(node.y - here.y) }))
    .filter(({ distance, apart }) => distance > 1 && apart < 40);
  return beside.sort((left, right) => left.distance - right.distance)[0]?.other;
}

/** Handles keys: search, zoom, and moves along the graph. Its source is copied into the page, so it must be self-contained. */
export function listenForKeys(page: ReportPage, actions: PageActions, findNeighbor: typeof neighborOf, signal: AbortSignal): void {
  const { search } = page.elements;
  const zooms: Readonly<Record<string, string>> = { '+': 'in', '=': 'in', '-': 'out', '0': 'fit', '1': 'real' };
  const nextPlace = (place: number, key: string): number | undefined => {
    if (place < 0) return key === 'ArrowDown' || key === 'Enter' ? 0 : undefined;
    return key === 'Enter' || key === ' ' ? place : findNeighbor(page.net(), place, key);
  };
  search.addEventListener('input', actions.filter);
  search.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || page.found === undefined) return;
    const places = [...page.found];
    const next = places.find((place) => place > (page.chosen ?? -1)) ?? places[0];
    if (next !== undefined) actions.go(next);
  });
  const onGraphKey = (event: KeyboardEvent, target: Element): void => {
    const how = zooms[event.key];
    const place = Number(target.closest('[data-place]')?.getAttribute('data-place') ?? page.chosen ?? -1);
    const next = nextPlace(place, event.key);
    if (how !== undefined) actions.zoom(how);
    else if (next !== undefined) {
      event.preventDefault();
      actions.go(next);
      actions.focus(next);
    }
  };
  const onKey = (event: KeyboardEvent): void => {
    const target = event.target instanceof Element ? event.target : document.body;
    if (event.key === 'Escape' && search.value !== '') {
      search.value = '';
      actions.filter();
    } else if (event.key === 'Escape') actions.close();
    else if (target.closest('input, select, textarea') !== null || event.ctrlKey || event.metaKey || event.altKey) return;
    else if (event.key === '/') {
      event.preventDefault();
      search.focus();
    } else if (target.closest('.graph') !== null) onGraphKey(event, target);
  };
  page.root.addEventListener('keydown', onKey, { signal });
}
