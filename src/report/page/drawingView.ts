import type { PageActions } from './actions.ts';
import type { PageFunctions } from './functions.ts';
import type { PageNet } from './net.ts';

/** Options for a page that contains a graph. */
export interface DrawingViewOptions {
  /** Removes the listeners when aborted. */
  readonly signal?: AbortSignal;
  /** Called with the name of a blob whose edge or name was clicked. */
  readonly onBlob?: (name: string) => void;
}

/** A graph that handles clicks, keys and gestures. */
export interface DrawingView {
  /** Selects a node by its index, shows its details and scrolls to it. */
  readonly go: (place: number) => void;
  /** Call it when the size of the graph changes, for example when a hidden graph is shown. */
  readonly resize: () => void;
}

/**
 * Makes the graph in `root` interactive: the elements that `graphSection` wrote. Its source is copied into the page, so it must be
 * self-contained.
 */
export function createDrawingView(
  root: HTMLElement,
  nets: Readonly<Record<string, PageNet>>,
  functions: PageFunctions,
  { signal = new AbortController().signal, onBlob }: DrawingViewOptions = {},
): DrawingView {
  const page = functions.createPage(root, nets);
  const overview = functions.createOverview(
    page.elements.overview,
    () => ({ net: page.net(), viewport: page.view()?.viewport() ?? { left: 0, top: 0, width: 1, height: 1 }, found: page.found }),
    (x, y) => page.view()?.center(x, y),
    functions.drawOverview,
    signal,
  );
  for (const [which, net] of Object.entries(page.nets)) {
    page.views.set(which, functions.createView(page.graph(which), net, overview.draw, functions.listenForGestures));
  }
  const selection = functions.createSelection(page, functions, onBlob);
  const actions: PageActions = {
    ...selection,
    onBlob,
    filter: () => {
      functions.markFound(page);
      overview.draw();
    },
    show: (which) => {
      page.which = which;
      for (const box of root.querySelectorAll<HTMLElement>('.net')) box.hidden = box.dataset.net !== which;
      for (const button of root.querySelectorAll('[data-show]')) {
        button.setAttribute('aria-pressed', String(button.getAttribute('data-show') === which));
      }
      root.classList.toggle('tall', page.net().height > 4000);
      selection.close();
      functions.listLayers(page, selection.go);
      actions.filter();
      page.view()?.resize();
      page.view()?.reset();
    },
    zoom: (how) => {
      if (how === 'in') page.view()?.zoom(1.35);
      if (how === 'out') page.view()?.zoom(1 / 1.35);
      if (how === 'fit') page.view()?.fit();
      if (how === 'real') page.view()?.reset();
    },
  };
  functions.listenForClicks(page, actions, signal);
  functions.listenForKeys(page, actions, functions.neighborOf, signal);
  const resizing = new ResizeObserver(() => page.view()?.resize());
  resizing.observe(page.elements.window);
  signal.addEventListener('abort', () => resizing.disconnect());
  functions.listenForPrints(page, signal);
  root.classList.add('live');
  actions.show('after');
  return { go: selection.go, resize: () => page.view()?.resize() };
}
