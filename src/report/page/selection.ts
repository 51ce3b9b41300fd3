import type { PageFunctions } from './functions.ts';
import type { ReportPage } from './page.ts';

/** The selected node, whose details the page shows. */
export interface Selection {
  /** Selects a node, shows its details, and scrolls to it, by default to the center. */
  readonly go: (place: number, centered?: boolean) => void;
  readonly focus: (place: number) => void;
  readonly close: () => void;
}

/** Its source is copied into the page, so it must be self-contained. */
export function createSelection(
  page: ReportPage,
  { showDetails, factsOf }: Pick<PageFunctions, 'showDetails' | 'factsOf'>,
  onBlob: ((name: string) => void) | undefined,
): Selection {
  const choose = (place: number | undefined): void => {
    for (const marked of page.root.querySelectorAll('.node.chosen, .outline .chosen')) marked.classList.remove('chosen');
    for (const edge of page.root.querySelectorAll('.edges .near')) edge.classList.remove('near');
    page.chosen = place;
    if (place === undefined) return;
    page.box(place)?.classList.add('chosen');
    page.row(place)?.classList.add('chosen');
    const near = `.edges [data-from="${place}"], .edges [data-to="${place}"]`;
    for (const edge of page.graph(page.which).querySelectorAll(near)) edge.classList.add('near');
  };
  const close = (): void => {
    page.elements.details.hidden = true;
    choose(undefined);
  };
  const go = (place: number, centered = true): void => {
    const node = page.net().nodes[place];
    if (node === undefined) return;
    choose(place);
    showDetails(page.elements.details, page.net(), place, { go, close, onBlob, factsOf });
    page.view()?.resize();
    if (centered) page.view()?.center(node.x, node.y);
    const row = page.row(place);
    const list = page.elements.outline.parentElement;
    if (row !== null && list !== null) list.scrollTop = row.offsetTop - list.clientHeight / 2;
  };
  const focus = (place: number): void => {
    for (const node of page.graph(page.which).querySelectorAll('.node[tabindex="0"]')) node.setAttribute('tabindex', '-1');
    const target = page.box(place);
    target?.setAttribute('tabindex', '0');
    target?.focus({ preventScroll: true });
  };
  return { go, focus, close };
}
