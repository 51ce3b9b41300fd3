import type { PageActions } from './actions.ts';
import type { PageFunctions } from './functions.ts';

/** Brings the graph to life. Runs in the page, where it is put by its text: it may use nothing outside of itself. */
export function start(functions: PageFunctions): void {
  const page = functions.createPage();
  const overview = functions.createOverview(
    page.elements.overview,
    () => ({ net: page.net(), viewport: page.view()?.viewport() ?? { left: 0, top: 0, width: 1, height: 1 }, found: page.found }),
    (x, y) => page.view()?.center(x, y),
    functions.drawOverview,
  );
  for (const [which, net] of Object.entries(page.nets)) {
    page.views.set(which, functions.createView(page.graph(which), net, overview.draw, functions.listenForGestures));
  }
  const selection = functions.createSelection(page, functions.showDetails);
  const actions: PageActions = {
    ...selection,
    filter: () => {
      functions.markFound(page);
      overview.draw();
    },
    show: (which) => {
      page.which = which;
      for (const box of document.querySelectorAll<HTMLElement>('.net')) box.hidden = box.dataset.net !== which;
      for (const button of document.querySelectorAll('[data-show]')) {
        button.setAttribute('aria-pressed', String(button.getAttribute('data-show') === which));
      }
      document.body.classList.toggle('tall', page.net().height > 4000);
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
  functions.listenForClicks(page, actions);
  functions.listenForKeys(page, actions, functions.neighborOf);
  new ResizeObserver(() => page.view()?.resize()).observe(page.elements.window);
  // A print shows the whole net.
  addEventListener('beforeprint', () => {
    for (const [which, { width, height }] of Object.entries(page.nets)) {
      page.graph(which).setAttribute('viewBox', `0 0 ${width} ${height}`);
      page.graph(which).querySelector('.canvas')?.removeAttribute('transform');
    }
  });
  addEventListener('afterprint', () => page.view()?.resize());
  document.body.classList.add('live');
  actions.show('after');
}
